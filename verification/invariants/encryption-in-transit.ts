/**
 * `encryption-in-transit`. Document: "Communication paths": all of them are encrypted, none is not.
 *
 * | Row of the document | Where it is shown |
 * |---|---|
 * | Client to Control Plane | Not in the customer's account; apps that clients reach there: listeners, CDNs, Ingresses, Gateways below |
 * | Data Plane ↔ Control Plane, Cloudflare Tunnel | cloudflared has no unencrypted transport; no container switches verification off |
 * | Data Plane → Control Plane, gRPC over TLS | `union.connection` of the operator's ConfigMap: neither `insecure` nor `insecureSkipVerify`, to the region's host |
 * | Client to Object Store | Each bucket's policy denies what comes without TLS; Azure: HTTPS only, TLS 1.2; Google Storage speaks TLS only |
 * | Fluent Bit to Log Aggregator | Each output of a Fluent Bit ConfigMap speaks TLS and verifies it |
 * | Task Pods to Object Store | The same bucket policies, and no ConfigMap that switches the client's TLS off |
 * | Union.ai to Customer Kubernetes API | The API speaks TLS only; the private connection's listener passes it through on TCP 443 |
 *
 * What is stored by other means on the way (caches, databases, search domains, brokers) must not accept plain
 * connections either. Left out, a setting counts as the cloud's default. A TCP listener that faces outside passes on
 * what it gets: on port 443 that is TLS, on any other it can't be told.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "encryption-in-transit",
  title: "Every communication path is encrypted and verified: TLS 1.2 or newer, nothing in plain text.",
  paragraph: "Communication paths",
  remedy: "Require TLS 1.2 or newer, with verification, on this path.",
  check: (judged) => checkedByClouds("encryption-in-transit", judged),
};
