/** The Job of `dataplane probe`: a pod as tasks have them, with no right that it does not need, and no listener. */
import type { Deployment } from "../../config/deployment";
import { imageReference } from "../../config/images";
import { DEPLOYMENT_ANNOTATION } from "../../config/names";
import { onWorkers } from "../../config/scheduling";
import type { Target } from "./targets";

/** How a try ended. `refused`: packets came through, and nobody listens; `unresolved`: the name leads nowhere. */
const ENDS = ["open", "closed", "refused", "unresolved", "unknown"] as const;

export type End = (typeof ENDS)[number];

const CONTAINER = "probe";
/** Where Kubernetes takes from what a container has to say, 4 KiB at most: nobody needs the right to read logs. */
const RESULT = "/dev/termination-log";

/**
 * Tries each of its arguments, `HOST:PORT`, and says how that ended, a line each, by BusyBox's own programs. `nc` alone
 * tells whether a connection opens: it then ends, or is held until `timeout` ends it, later than its own wait. Why one
 * does not open, not every build of `nc` says; `wget` does.
 */
export const SCRIPT = `for program in nc wget timeout; do command -v $program > /dev/null || exit 1; done
for target in "$@"; do
  host=\${target%:*} port=\${target##*:}
  said=$(timeout 8 nc -w 3 "$host" "$port" < /dev/null 2>&1)
  case $? in
    0 | 124 | 143) is=open ;;
    1)
      case "$said $(timeout 5 wget -q -O /dev/null "http://$host:$port/" 2>&1)" in
        *refused*) is=refused ;;
        *"bad address"*) is=unresolved ;;
        *) is=closed ;;
      esac
      ;;
    *) is=unknown ;;
  esac
  echo "$target $is"
done > "\${RESULT:-${RESULT}}"
`;

export interface ProbeJob {
  readonly name: string;
  readonly namespace: string;
  readonly targets: readonly Target[];
  /** Seconds after which Kubernetes ends it by itself. */
  readonly seconds: number;
}

/** Its manifest. */
export function probeJob(deployment: Deployment, { name, namespace, targets, seconds }: ProbeJob) {
  const resources = { cpu: "50m", memory: "32Mi" };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, annotations: { [DEPLOYMENT_ANNOTATION]: deployment.name } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: seconds,
      // Whatever becomes of who started it.
      ttlSecondsAfterFinished: 300,
      template: {
        metadata: { labels: { "app.kubernetes.io/name": "dataplane-probe" } },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...onWorkers(deployment),
          securityContext: {
            ...{ runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534 },
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: CONTAINER,
              image: imageReference(deployment, "busybox"),
              command: ["sh", "-c", SCRIPT, CONTAINER],
              args: targets.map(addressOf),
              terminationMessagePath: RESULT,
              resources: { requests: resources, limits: resources },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
            },
          ],
        },
      },
    },
  };
}

const addressOf = ({ host, port }: Target) => `${host}:${port}`;

export interface Outcome extends Target {
  readonly end: End;
  readonly verdict: "as it must" | "not as it must" | "unknown";
}

/** Each target with how it ended, by what the pod left; what it does not tell is unknown. */
export function outcomesOf(targets: readonly Target[], left: string): Outcome[] {
  const ends = new Map(left.split("\n").map((line) => line.split(" ") as [string, string | undefined]));
  return targets.map((target) => {
    const said = ends.get(addressOf(target));
    const end = ENDS.find((one) => one === said) ?? "unknown";
    return { ...target, end, verdict: verdictOf(target, end) };
  });
}

function verdictOf({ must }: Target, end: End): Outcome["verdict"] {
  if (end === "unresolved" || end === "unknown") return "unknown";
  return (must === "pass" ? end === "open" : end === "closed") ? "as it must" : "not as it must";
}
