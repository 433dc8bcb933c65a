/** A running project of Google Cloud in the words of the provider. */
import { shown } from "../../../../config/texts";
import { unread, type AccountReader, type CloudAccount } from "../../account";
import { alike } from "./alike";
import { compute } from "./compute";
import { isHarmlessAsset } from "./harmless";
import { network } from "./network";
import { part } from "./part";
import { services } from "./services";
import { storage } from "./storage";

const others: AccountReader = {
  "other-assets": ({ name, assetType }) => {
    const type = shown(assetType ?? null);
    return isHarmlessAsset(type) ? [] : [unread(shown(name ?? null), `assets of the type ${type} are not read`)];
  },
};

export const account: CloudAccount = {
  read: { ...network, ...compute, ...services, ...storage, ...others },
  part,
  alike,
};
