/** What `dataplane collect` tells of an AWS account, kind by kind, in the words of the provider. */
import type { CloudAccount } from "../../account";
import { accelerators } from "./accelerators";
import { alike } from "./alike";
import { compute } from "./compute";
import { edge } from "./edge";
import { lattice } from "./lattice";
import { machines } from "./machines";
import { network } from "./network";
import { part } from "./part";
import { storage } from "./storage";

export const account: CloudAccount = {
  read: { ...network, ...machines, ...compute, ...edge, ...accelerators, ...lattice, ...storage },
  part,
  alike,
};
