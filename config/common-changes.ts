/** What later changes do of fields that every cloud's deployment has: in Kubernetes, and to the data plane as a whole. */
import type { ChangeRule } from "./change-rule";

/** Rolling updates make the new pod first, and the old one goes once that is ready: with a live tunnel, for the proxy. */
const TUNNEL_ROLLS =
  "The operator-proxy's pods restart one after the other, each new one with a live tunnel before an old one goes; " +
  "requests under way have 30 seconds to end";
const PLATFORM_ROLLS =
  "Operator, operator-proxy and lease worker restart, each new pod ready before the old one goes; running tasks go on";
const ANOTHER_DATA_PLANE =
  "Make the new data plane beside this one, in a file and by a name of its own, move the work there, then destroy this one";

const TASKS_LOST =
  "The namespace with all that is in it: tasks that run there, their secrets and pod templates, and what else was put there";

/** Rules of the fields of config/fields.ts; a cloud's own rule of a field goes first. */
export const COMMON_CHANGES: readonly ChangeRule[] = [
  {
    field: "name",
    effect: "impossible",
    does: "Names and place of the state derive from it: a new data plane is made, and the old one stays, known to its old state only",
    instead: ANOTHER_DATA_PLANE,
  },
  ...["cloudRegion", "account", "project", "subscription"].map((field): ChangeRule => ({
    field,
    effect: "impossible",
    does: "The state's place names it, so that a new data plane is begun, and the old one stays, known to its old state only; what an account has once, by its name, is refused as there already",
    instead: ANOTHER_DATA_PLANE,
  })),
  {
    field: "state",
    effect: "impossible",
    does: "Terraform finds no state at the new place, and would make all anew",
    instead: "Move both states first: `terraform init -migrate-state` in each stack's folder",
  },
  {
    field: "organization",
    effect: "in-place",
    does: `${PLATFORM_ROLLS}. The pod webhook's registration is made anew under the new name, and pods that ask for secrets in those seconds get none`,
    cuts: "The data plane leaves the control plane that knows its runs, and registers with another organization; the tunnel's token is of the old one until the operator has fetched another",
    loses:
      "Secrets that users made: their names begin with the organization, so that tasks find them no more, though the store keeps them",
    instead: ANOTHER_DATA_PLANE,
  },
  ...["tenant", "region"].map((field): ChangeRule => ({
    field,
    effect: "in-place",
    does: `${PLATFORM_ROLLS}. They speak to another control plane then`,
    cuts: "The data plane leaves the control plane that knows its runs; the tunnel's token is of the old one until the operator has fetched another",
    instead: ANOTHER_DATA_PLANE,
  })),
  {
    field: "clientId",
    effect: "in-place",
    does: PLATFORM_ROLLS,
    cuts: "The control plane refuses the platform as long as the stored client secret is of another client id; the tunnel runs on with its token",
    instead:
      "First put the new client's secret into the customer's store, then deploy with `-replace` of the secret `union-secret-auth`",
  },

  // What may leave.
  {
    field: "egress.tunnelRegions",
    when: "removed",
    effect: "in-place",
    does: `Addresses close in the cloud and in network policies. Where the first region was what the tunnel connects to, it connects to another: ${TUNNEL_ROLLS}`,
    cuts: "The tunnel, where its region's addresses close before its pods have moved: the infrastructure is applied before the workloads",
    instead:
      "Three deploys: name the new region beside the old one, then set `tunnel.region` to it, then take the old one out",
  },
  {
    field: "egress.tunnelRegions",
    effect: "in-place",
    does: `Addresses open in the cloud and in network policies. Where \`tunnel.region\` says nothing, the tunnel follows the first region: ${TUNNEL_ROLLS}`,
  },
  {
    field: "egress.mode",
    when: { to: "published" },
    effect: "in-place",
    does: `More addresses open. Where \`tunnel.region\` says nothing, the tunnel connects to \`global\` then: ${TUNNEL_ROLLS}`,
  },
  {
    field: "egress.mode",
    effect: "in-place",
    does: `Addresses close in the cloud and in network policies. Where the tunnel's region follows, its pods restart: ${TUNNEL_ROLLS}`,
    cuts: "The tunnel, where it connects to addresses that close before its pods have moved: the infrastructure is applied before the workloads",
    instead: "First set `tunnel.region` to a region that stays open and deploy, then narrow the mode",
  },
  {
    field: "egress.cidrs",
    when: "removed",
    effect: "in-place",
    does: "The block closes in the cloud and in network policies; a deployment whose tunnel needs it is refused",
    cuts: "Connections to the control plane by addresses of that block, if its name leads there: pods connect anew to what stays open",
  },
  {
    field: "egress.controlPlaneCidrs",
    when: "removed",
    effect: "in-place",
    does: "The block closes in the cloud and in network policies, without a restart",
    cuts: "Operator, proxy, lease worker and tasks, where the regional endpoint lies in that block and nowhere else",
    instead: "Ask its name first: what it leads to must be open without the block",
  },
  {
    field: "egress",
    effect: "in-place",
    does: "Addresses open in the cloud and in network policies, without a restart",
  },

  // A channel is severed, and restored, on purpose: nothing else has to say that it is meant.
  {
    field: "severed",
    when: "removed",
    effect: "in-place",
    does: "Rules of the channel open again in the cloud and in network policies, and its workloads start",
  },
  {
    field: "severed",
    effect: "in-place",
    does: "Rules of the channel go in the cloud and in network policies; its workloads have no pod until `dataplane restore`, and the proxy restarts where it stays. Without `grpc` no task starts; those that run go on as far as they need no channel",
  },

  // The tunnel.
  {
    field: "tunnel.replicas",
    when: { to: 1 },
    effect: "in-place",
    does: "All but one of the proxy's pods end, and its disruption budget goes: from then on the end of its node cuts the tunnel until the next pod runs, for a minute or more",
    cuts: "What runs through the pods that end, after 30 seconds; the one that stays answers new requests",
  },
  {
    field: "tunnel.replicas",
    when: "lowered",
    effect: "in-place",
    does: "Pods of the proxy end; requests under way in them have 30 seconds, and the ones that stay answer new ones",
  },
  { field: "tunnel.replicas", effect: "in-place", does: "More pods of the proxy start; none restarts" },
  {
    field: "tunnel.protocol",
    when: [{ to: "http2" }, { to: "quic" }],
    effect: "in-place",
    does: `One of TCP and UDP 7844 closes. ${TUNNEL_ROLLS}`,
    cuts: "The tunnel, where it uses the transport that closes: the infrastructure and the network policy close it before the last pod has moved",
    instead: "From one transport to the other by `auto`, a deploy between; from `auto`, in a quiet hour",
  },
  { field: "tunnel.protocol", effect: "in-place", does: `Both transports are open. ${TUNNEL_ROLLS}` },
  { field: "tunnel", effect: "in-place", does: TUNNEL_ROLLS },

  // Where tasks run.
  {
    field: "taskNamespaces",
    when: "removed",
    effect: "in-place",
    does: "Tasks of its project and domain fail from then on; without any entry left, all tasks run in `union`",
    loses: TASKS_LOST,
    instead: "Let its runs end, and copy what its secrets hold, before the entry goes",
  },
  {
    field: "taskNamespaces",
    when: "first",
    effect: "in-place",
    does: "Tasks leave namespace `union`: the whole platform restarts and makes them in namespaces of their own; each project and domain with runs needs an entry from then on. `union` keeps its quota, so that what still runs there is in no platform pod's way, and takes no new pod that `restricted` Pod Security refuses",
    cuts: "Tasks that run in `union`: their network paths and the platform's rights over them go, so that they can't reach the object store any more, and fail",
    instead: "Let all runs end before; then nothing is cut but the seconds in which none starts",
  },
  {
    field: "taskNamespaces",
    when: "added",
    effect: "in-place",
    does: "The namespace is made, closed and with its account; no pod restarts",
  },
  {
    field: "rbac",
    when: { to: "low-privilege" },
    effect: "in-place",
    does: "Operator, operator-proxy and Fluent Bit restart. The platform's binding in `union` is made anew with a role of the namespace, and cluster roles go: for a second or two the platform may not touch tasks, and asks again",
  },
  {
    field: "rbac",
    effect: "in-place",
    does: "Operator, operator-proxy and Fluent Bit restart. The platform's binding in `union` is made anew with a cluster role: for a second or two the platform may not touch tasks, and asks again",
  },
  {
    field: "workloads",
    when: { to: "chart" },
    effect: "in-place",
    does: "The stack's own operator, tunnel, lease worker and pod webhook are destroyed, since Helm takes over nothing that it did not make; guards and the client secret stay, and nothing is orphaned",
    cuts: "Control plane and tunnel, from the deploy of the workloads until `helm install` has ended, some minutes; tasks that run go on, and none starts",
    instead:
      "Have `dataplane values NAME` printed and the chart's images copied before, and run `helm install` right after",
  },
  {
    field: "workloads",
    effect: "in-place",
    does: "The stack makes its own operator, tunnel, lease worker and pod webhook, and meets the chart's objects of the same names where they are still there: such a deploy is refused half-way",
    cuts: "Control plane and tunnel, from `helm uninstall` until the deploy of the workloads has ended, some minutes",
    loses:
      "`helm uninstall` deletes the namespaces of the chart's sample projects, with the tasks and secrets of those that `taskNamespaces` names",
    instead: "First `helm uninstall unionai-dataplane -n union`, then deploy; sample projects' runs end before",
  },
  {
    field: "appsAndServing",
    when: { to: false },
    effect: "in-place",
    does: "The gateway's paths close at once; Helm takes its pods away when the values are installed anew",
    cuts: "Every app, for good",
    loses: "Apps, which Knative deletes with what they serve",
    instead: "Stop apps in the console first",
  },
  {
    field: "appsAndServing",
    effect: "in-place",
    does: "Paths of the gateway open; print the values anew and install them",
  },
  {
    field: "taskEgress",
    when: { to: "none" },
    effect: "in-place",
    does: "The lease worker restarts; tasks get no key of the control plane any more",
    cuts: "Tasks that run and call the control plane, at once",
    instead: "Let runs end that start others",
  },
  {
    field: "taskEgress",
    effect: "in-place",
    does: "The lease worker restarts; tasks that start from then on may start others",
  },
  {
    field: "components.imageBuilder",
    when: { to: false },
    effect: "in-place",
    does: "Operator and operator-proxy restart; the builder and its namespace go",
    loses: "Builds under way, and the builder's cache; images that were pushed stay",
  },
  {
    field: "components.metrics",
    when: { to: false },
    effect: "in-place",
    does: "Operator and operator-proxy restart; Prometheus goes",
    loses: "What tasks used, as the console shows it: Prometheus keeps it in its pod only",
  },
  {
    field: "components.connectors",
    when: { to: false },
    effect: "in-place",
    does: "The lease worker restarts",
    cuts: "Tasks that run by a connector: nobody asks their service any more",
    instead: "Let those runs end first",
  },
  {
    field: "components.connectors",
    effect: "in-place",
    does: "The lease worker restarts, and the connectors start beside it",
  },
  {
    field: "components",
    effect: "in-place",
    does: "Operator and operator-proxy restart, each new pod ready before the old one goes",
  },

  // What the cloud keeps and runs.
  {
    field: "logRetentionDays",
    when: "lowered",
    effect: "in-place",
    does: "No pod restarts",
    loses: "Logs that are older than the new number of days: the cloud deletes them within a day or so",
  },
  { field: "logRetentionDays", effect: "in-place", does: "Logs are kept longer; those that are gone stay gone" },
  {
    field: "images.operatorTag",
    effect: "in-place",
    does: `${PLATFORM_ROLLS}, and the pod webhook too; its certificate stays. The tag must be in the registry before: a new pod that can't pull never takes the place of an old one, and the deploy fails after ten minutes`,
  },
  {
    field: "images.mirror",
    effect: "in-place",
    does: "Every pod of the data plane restarts from the other registry; task pods take theirs from it from then on",
    cuts: "Pods that start while their image is in neither registry; the old registry's caches may go before the workloads have left them",
    instead: "Copy all that `dataplane images NAME` lists to the new place first",
  },
  {
    field: "network.serviceCidr",
    effect: "impossible",
    does: "A cluster keeps the block of its services for life: it would be replaced, or the change is refused",
    instead: ANOTHER_DATA_PLANE,
  },
  {
    field: "deletionProtection",
    effect: "in-place",
    does: "Nothing changes in the cloud but what the cloud itself protects; without it, the next change may destroy",
  },
  { field: "exceptions", effect: "in-place", does: "Nothing changes but the verdict" },
  { field: "allow", effect: "in-place", does: "Nothing changes but the verdict" },
];
