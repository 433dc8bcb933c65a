/**
 * `api-tokens`. Document: "Outbound-only model": whoever takes over a pod must not find in it a way to the Kubernetes API.
 *
 * In a deployment of this package no account hands its token to pods unasked, task pods among them; and a pod that asks
 * has an account that may do something there. The accounts of Union's chart give their tokens to all, so that of these
 * each pod is judged by itself.
 *
 * What an account may do, in Kubernetes and in the cloud, is meant for the part whose account it is: each part has its
 * own, nobody else has it, and those of tasks may do nothing that not everybody may.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "api-tokens",
  title:
    "No pod holds a token of the Kubernetes API that it has no use for, or an account of another; tasks' allow nothing.",
  paragraph: "Outbound-only model",
  remedy: "Set automountServiceAccountToken to false, on each account, and on each pod that does not call the API.",
  check: (judged) => checkedByClouds("api-tokens", judged),
};
