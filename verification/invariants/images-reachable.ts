/**
 * `images-reachable`. Document: "Cloudflare Tunnel": "Container images also bypass the tunnel: they are pulled by
 * Kubernetes from the customer's container registry over standard HTTPS".
 *
 * Each image of each pod, and each that programs are told to add to pods that they make, comes from a registry that has
 * it or fetches it by a rule that is written, that the nodes may read by a right that is written, and that they reach.
 * A registry on the internet is reached where the nodes reach every address of it. Whether a tag is there, nobody can
 * tell from what is written.
 *
 * Images of tasks are named by their users: a deployment says where they come from. That the cloud's own registry is
 * reached at all is judged by `required-paths`. Other inputs are judged where all their nodes are of pools of the input.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "images-reachable",
  title: "Every image of a pod comes from a registry that nodes reach and may read.",
  paragraph: "Cloudflare Tunnel: container images",
  remedy: "Take the image from a registry that the nodes reach and may read.",
  check: (judged) => checkedByClouds("images-reachable", judged),
};
