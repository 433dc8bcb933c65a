/** A running subscription of Azure in the words of the provider. */
import { shown } from "../../../../config/texts";
import { unread, type AccountReader, type CloudAccount } from "../../account";
import { alike } from "./alike";
import { compute } from "./compute";
import { gateways } from "./gateways";
import { isHarmlessResource } from "./harmless";
import { network } from "./network";
import { part } from "./part";
import { services } from "./services";
import { storage } from "./storage";

const others: AccountReader = {
  "other-resources": ({ id, type }) => {
    const name = shown(type ?? null).toLowerCase();
    return isHarmlessResource(name) ? [] : [unread(shown(id ?? null), `resources of the type ${name} are not read`)];
  },
};

export const account: CloudAccount = {
  read: { ...network, ...gateways, ...compute, ...services, ...storage, ...others },
  part,
  alike,
};
