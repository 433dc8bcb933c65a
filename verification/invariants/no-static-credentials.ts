/**
 * `no-static-credentials`. Document: "Cloudflare Tunnel" (service tokens are rotated) and "Task Pods to Object Store:
 * Cloud provider SDK"; facts: workload identity federation only, no secret may hold cloud keys.
 *
 * Of any input, violated by:
 * - a key that the cloud makes and that does not expire: IAM access keys, passwords and service credentials of IAM users;
 *   keys and HMAC keys of Google service accounts, API keys; passwords of Azure applications, a registry's admin account;
 *   certificates or passwords of a cluster's own users; Kubernetes' token secrets;
 * - Secrets, ConfigMaps or containers that carry a cloud's key under the names that its SDKs read;
 * - a role whose trust policy admits more than exact identities: everybody, or an OIDC provider without equality on
 *   audience and subject, or with a pattern in the subject.
 *
 * Of a deployment of this package also: each role trusts exactly its own service accounts, each service account bears
 * exactly its own role, no policy allows an action of every kind on every resource, and pods can't take a node's role
 * (IMDSv2, one hop).
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "no-static-credentials",
  title: "Identities are federated and narrowed to exact service accounts; no long-lived key exists.",
  paragraph: "Cloudflare Tunnel; Communication paths, Task Pods to Object Store",
  remedy: "Give the workload an identity of its own by federation, and narrow what trusts it to exactly that identity.",
  check: (judged) => checkedByClouds("no-static-credentials", judged),
};
