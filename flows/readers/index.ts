import type { Deployment } from "../../config/deployment";
import { readAws } from "./aws";
import { readAzure } from "./azure";
import { readGoogle } from "./google";
import type { Reader } from "./reader";

/** A deployment's logs are its cloud's. */
export const READERS: Readonly<Record<Deployment["cloud"], Reader>> = {
  aws: readAws,
  google: readGoogle,
  azure: readAzure,
};
