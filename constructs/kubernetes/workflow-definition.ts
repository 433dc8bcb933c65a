import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "../../framework";

const GROUP = "flyte.lyft.com";
const PLURAL = "flyteworkflows";

/**
 * The kind `FlyteWorkflow`. The lease worker makes none, but the operator and the proxy keep lists of them, and a list of
 * a kind that the API does not know is never complete. The definition says nothing of what such an object holds.
 */
export class WorkflowDefinition extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new Manifest(this, "definition", {
      manifest: {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${PLURAL}.${GROUP}` },
        spec: {
          group: GROUP,
          scope: "Namespaced",
          names: { kind: "FlyteWorkflow", singular: "flyteworkflow", plural: PLURAL, shortNames: ["fly"] },
          versions: [
            {
              name: "v1alpha1",
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
            },
          ],
        },
      },
    });
  }
}
