import type { Cloud, Deployment } from "../config/deployment";
import type * as Aws from "./aws";
import type * as Azure from "./azure";
import type * as Google from "./google";
import type { CloudStacks } from "./cloud-stacks";

/* eslint-disable @typescript-eslint/no-require-imports -- a provider's classes cost memory; only a deployment's own are loaded */
const CLOUDS: { readonly [C in Cloud]: () => CloudStacks<Extract<Deployment, { cloud: C }>> } = {
  aws: () => (require("./aws") as typeof Aws).aws,
  google: () => (require("./google") as typeof Google).google,
  azure: () => (require("./azure") as typeof Azure).azure,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** What the deployment's own cloud gives to its stacks, loaded when it is first asked for. */
export const stacksOf = ({ cloud }: Deployment): CloudStacks => CLOUDS[cloud]();
