import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { Construct, TerraformResource } from "../../framework";
import { serviceAccountUser } from "../../config/names";

const API = "admissionregistration.k8s.io/v1";

export interface AdmissionBoundProps {
  /** Name of the policy, for the whole cluster. */
  readonly name: string;
  /** The account that is bounded, and its namespace; every other is as ever. */
  readonly account: { readonly name: string; readonly namespace: string };
  /** What is judged: API groups, versions, operations and resources of a rule of Kubernetes. */
  readonly rule: Readonly<Record<"apiGroups" | "apiVersions" | "operations" | "resources", readonly string[]>>;
  /** In CEL, what must be true of it. */
  readonly expression: string;
  /** What the account is told otherwise. */
  readonly message: string;
}

/**
 * Bounds what an account does, whoever gives it the right to more. Reading is beyond admission, except of what is
 * connected to, and so is all that admission itself is made of.
 *
 * @returns what must stand before the right is given
 */
export function addAdmissionBound(
  scope: Construct,
  id: string,
  { name, account, rule, expression, message }: AdmissionBoundProps,
): TerraformResource {
  const policy = new Manifest(scope, id, {
    manifest: {
      apiVersion: API,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: [rule] },
        matchConditions: [
          {
            name: "account",
            expression: `request.userInfo.username == '${serviceAccountUser(account.namespace, account.name)}'`,
          },
        ],
        validations: [{ expression, message }],
      },
    },
  });
  return new Manifest(scope, `${id}-binding`, {
    dependsOn: [policy],
    manifest: {
      apiVersion: API,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name, validationActions: ["Deny"] },
    },
  });
}
