/**
 * The verification, to be called by programs and tests: what an input lets through, judged by a policy.
 *
 * @module verification
 */
export {
  readPolicy,
  type Client,
  type Exception,
  type ForbiddenPath,
  type InboundAllowance,
  type OutboundAllowance,
  type Party,
  type Policy,
  type Probe,
  type RequiredPath,
} from "../verification/policy";
export type { Finding, Resource, Verdict } from "../verification/model";
export type { Invariant } from "../verification/invariants/invariant";
export { InputError } from "../verification/input-error";
export { loadResources } from "../verification/load";
export { verify, verifyPaths, type Report, type VerifyOptions } from "../verification/verify";
