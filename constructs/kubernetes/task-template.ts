import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { TASK_TEMPLATE } from "../../config/components";
import { Construct } from "../../framework";
import type { Namespace } from "./namespaces";
import type { ServiceAccount } from "./service-accounts";

export interface TaskTemplateProps {
  readonly namespace: Namespace;
  /** Account that task pods run as where their task names none. */
  readonly serviceAccount: ServiceAccount;
  /** Image of the placeholder container. */
  readonly image: string;
}

/**
 * What each task pod of a namespace begins with: the lease worker writes the task over it. Its container is a
 * placeholder that Kubernetes requires and that never runs, since the task's own takes its place; its name `default`
 * stands for each container of the task.
 *
 * Terraform's provider has no type of its own for a PodTemplate: a plan therefore needs the Kubernetes API.
 */
export class TaskTemplate extends Construct {
  constructor(scope: Construct, id: string, { namespace, serviceAccount, image }: TaskTemplateProps) {
    super(scope, id);
    const { metadata, dependsOn } = namespace.object(TASK_TEMPLATE);
    new Manifest(this, "pod-template", {
      manifest: {
        apiVersion: "v1",
        kind: "PodTemplate",
        metadata,
        template: {
          spec: {
            serviceAccountName: serviceAccount.name,
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
