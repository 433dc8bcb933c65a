import type { Deployment } from "../../config/deployment";
import { buildRepositoryOf, type ImageName, imageReference } from "../../config/images";

/** Knative's own parts of the gateway, by the chart's name of the component and of its container. */
const KNATIVE = {
  activator: "knativeActivator",
  autoscaler: "knativeAutoscaler",
  "autoscaler-hpa": "knativeAutoscalerHpa",
  controller: "knativeController",
  webhook: "knativeWebhook",
} as const satisfies Readonly<Record<string, ImageName>>;

/**
 * Apps & Serving by the chart's own gateway (`zero_trust`), which it advises for production: the other way has Knative's
 * operator pull images from addresses that no value changes.
 */
export function gatewayValues(deployment: Deployment): Record<string, unknown> {
  if (!deployment.appsAndServing) return { apps: { enabled: false }, zero_trust: { enabled: false } };
  const hostOf = (reference: string) => reference.split("/")[0] ?? reference;
  const queue = imageReference(deployment, "knativeQueue");
  const components = Object.entries(KNATIVE).map(
    ([component, image]) =>
      [
        component,
        { containers: { [component]: { image: { repository: imageReference(deployment, image) } } } },
      ] as const,
  );
  return {
    apps: { enabled: true },
    zero_trust: { enabled: true },
    gateway: {
      components: Object.fromEntries(components),
      config: {
        deployment: {
          "queue-sidecar-image": queue,
          // What a tag stands for would be asked of the registry without the nodes' login.
          "registries-skipping-tag-resolving": [...new Set([queue, buildRepositoryOf(deployment)].map(hostOf))].join(),
        },
      },
    },
  };
}
