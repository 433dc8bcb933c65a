/**
 * `encryption-at-rest`. Document: "Outbound-only model" and "Data flow": customer data stays in the customer's account,
 * encrypted with the customer's key.
 *
 * Judged by one table of settings, in two strictnesses:
 * - Of any input: what a cloud stores unencrypted unless told otherwise must be told otherwise (disks of EC2, EFS, RDS,
 *   caches, search domains, streams). What a cloud always encrypts by itself (S3, CloudWatch Logs, ECR, Secrets Manager,
 *   DynamoDB, SNS; all storage of Google and Azure) holds unless it is switched off. The secrets of Kubernetes are the
 *   exception: they hold credentials, so that a customer's key for them is required of everybody (EKS, GKE).
 * - Of a deployment of this package: everything has a key of the customer. A key that the cloud manages is none, unless
 *   the deployment says `cloud-managed`: then nothing names one, and the exception that this implies is in every report.
 *
 * Where the input switches EBS encryption on for the whole account, disks need not say it again.
 */
import { beginningOf, type System } from "../model";
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";
import type { Problem } from "../problem";
import { CLOUD_KEYS, isCloudManaged } from "../../config/encryption";

export const invariant: Invariant = {
  id: "encryption-at-rest",
  title: "Everything that is stored is encrypted, in a data plane with the customer's key.",
  paragraph: "Cloudflare Tunnel: bulk data stays in the customer's object store",
  remedy: "Switch encryption on, and name the customer's key.",
  *check(judged) {
    const { system, deployment } = judged;
    if (deployment && isCloudManaged(deployment)) yield byCloudsKeys(system);
    yield* checkedByClouds("encryption-at-rest", judged);
  },
};

/** One statement for all that is stored, beside a problem for each key that is named all the same. */
function byCloudsKeys(system: System): Problem {
  const message = "the cloud's own keys encrypt all that is stored: no customer can take them away";
  return { status: "violated", resource: CLOUD_KEYS, location: beginningOf(system.resources), message };
}
