/**
 * `token-rotation-survives`. Document: "Cloudflare Tunnel": "Tunnel tokens are rotated automatically: the data plane
 * operator periodically polls the control plane and picks up updated tokens when issued."
 *
 * The operator writes a new token into the secret `union-secret-auth` and restarts the Deployment that reads it. Nothing
 * may undo that, and the operator must be able to:
 * - a `union-secret-auth` that Terraform manages, anyone's, ignores changes to its data, else each apply writes the old
 *   token back; what it writes once (`data_wo`) is not written again;
 * - a manifest of it holds no token, and an ExternalSecret that fills it merges and leaves the token alone;
 * - the Deployment that is restarted, if Terraform manages it, ignores changes to the restart's annotation;
 * - in a deployment of this package the operator's account may get, list, watch, create and update secrets and
 *   deployments in its namespace, the Deployment that it restarts exists, and the tunnel there takes its token from the
 *   secret, which need not have one yet.
 *
 * A plan or a state does not hold `lifecycle`, so that of these it can't be told.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "token-rotation-survives",
  title: "The operator can rotate the tunnel's token, and no apply undoes a rotation.",
  paragraph: "Cloudflare Tunnel",
  remedy: "Have Terraform ignore what the operator writes, and let the operator write it.",
  check: (judged) => checkedByClouds("token-rotation-survives", judged),
};
