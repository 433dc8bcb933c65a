import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "../../framework";
import type { Namespace } from "./namespaces";

/** What each task's pod begins with. */
export interface TaskTemplateProps {
  /** Task namespace that gets the template. */
  readonly namespace: Namespace;
  /** Name by which the lease worker's configuration knows it. */
  readonly name: string;
  /** Account of the namespace that task pods run as where their task names none. */
  readonly serviceAccount: string;
  /** Image of the placeholder container. */
  readonly image: string;
}

/**
 * What each task pod of a namespace begins with: the lease worker writes the task over it. Its container is a
 * placeholder that Kubernetes requires and that never runs, since the task's own takes its place; its name `default`
 * stands for each container of the task.
 *
 * Terraform's provider has no type of its own for a PodTemplate: a plan therefore needs the Kubernetes API. Document:
 * "Direct gRPC connection" (action lifecycle).
 */
export class TaskTemplate extends Construct {
  constructor(scope: Construct, id: string, { namespace, name, serviceAccount, image }: TaskTemplateProps) {
    super(scope, id);
    const { metadata, dependsOn } = namespace.object(name);
    new Manifest(this, "pod-template", {
      manifest: {
        apiVersion: "v1",
        kind: "PodTemplate",
        metadata,
        template: {
          spec: {
            serviceAccountName: serviceAccount,
            // A task has no business with the Kubernetes API, whatever its account says.
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            containers: [{ name: "default", image }],
          },
        },
      },
      dependsOn,
    });
  }
}
