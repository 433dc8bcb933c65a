/**
 * What runs the customer's code behind Google's front end: Cloud Run, functions, App Engine.
 *
 * Cloud Run, "Restrict network ingress" (https://cloud.google.com/run/docs/securing/ingress), and Cloud Run functions,
 * "Configure network settings" (https://cloud.google.com/functions/docs/networking/network-settings): everyone may
 * connect unless ingress says otherwise; that callers need a role is a matter of identity. A function of the first
 * generation that an event triggers has no address. Jobs and worker pools answer nobody. App Engine, "Ingress settings"
 * (https://cloud.google.com/appengine/docs/standard/ingress-settings) and "Create firewalls"
 * (https://cloud.google.com/appengine/docs/standard/creating-firewalls): a service's settings hold for its versions; of
 * the application's firewall rules the lowest priority that matches decides, and what none matches comes in.
 */
import type { Endpoint, Filter, Resource, Rule, Value } from "../../../model";
import { ServiceSet } from "../../../../packets/service-set";
import { at, number } from "../../../values";
import { serviceEndpoint } from "../../service-endpoint";
import { append, isAbsent } from "../../terraform-input";
import { ANYWHERE, UNKNOWN_PRIORITY } from "../rules";
import { WEB } from "./shapes";
import { serverless, type Surroundings } from "./surroundings";
import { opennessOf, type Openness, type Switch } from "../switch";
import { lastSegment } from "../../../../config/texts";

/** Types that answer, with the fields that keep the outside away. */
const ANSWERS: Readonly<Record<string, readonly Switch[]>> = {
  google_cloud_run_service: [
    ingress(["metadata", "annotations", "run.googleapis.com/ingress"], "internal", "internal-and-cloud-load-balancing"),
  ],
  google_cloud_run_v2_service: [
    ingress("ingress", "INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
  ],
  google_cloudfunctions_function: [
    ingress("ingress_settings", "ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"),
    { field: "event_trigger" },
  ],
  google_cloudfunctions2_function: [
    ingress("service_config.ingress_settings", "ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"),
  ],
};
/** Types that run and answer nobody. */
const SILENT = ["google_cloud_run_v2_job", "google_cloud_run_v2_worker_pool"];
const FIREWALL_RULE = "google_app_engine_firewall_rule";
const VERSIONS = ["google_app_engine_standard_app_version", "google_app_engine_flexible_app_version"];

const APP_ENGINE_INGRESS = ingress(
  "network_settings.ingress_traffic_allowed",
  "INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY",
  "INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB",
);

function ingress(field: Switch["field"], ...closes: readonly string[]): Switch {
  return { field, closes };
}

/** What the input runs behind Google's front end. */
export function serverlessServices(around: Surroundings): Endpoint[] {
  const { input } = around;
  const answers = Object.entries(ANSWERS).flatMap(([type, switches]) =>
    input.managed(type).map((resource) => {
      const openness = opennessOf(resource, switches, input);
      return serverless(resource, WEB, openness, outbound(resource, around), around);
    }),
  );
  const silent = input
    .managed(...SILENT)
    .map((resource) => serverless(resource, ServiceSet.empty, "closed", outbound(resource, around), around));
  const versions = input.managed(...VERSIONS).map((version) => appEngine(version, around));
  return [...answers, ...silent, ...versions, ...appEngineElsewhere(around)];
}

/** What it sends goes out of itself, unless all of it goes through a network. */
function outbound(resource: Resource, { input, networks, parts, attachments }: Surroundings): readonly Filter[] {
  const template = resource.values["template"];
  const access = at(template, "vpc_access") ?? at(template, "template", "vpc_access");
  const [face] = parts.elements(at(access, "network_interfaces"), resource);
  if (at(access, "egress") !== "ALL_TRAFFIC" || face === undefined) return [];
  const subnetwork = at(face, "subnetwork");
  const subnet = isAbsent(subnetwork) ? undefined : networks.subnet(subnetwork, resource);
  const written: Value | undefined = at(face, "network");
  const network = subnet?.network ?? (isAbsent(written) ? undefined : networks.network(written, resource));
  if (!network) return [];
  const location = input.textAt(resource, "location");
  const region = subnet?.region ?? (typeof location === "string" ? lastSegment(location) : undefined);
  const tags = parts.elements(at(face, "tags"), resource);
  return attachments.filtersOf(network, region, tags, resource).filter(({ direction }) => direction === "outbound");
}

// ---------------------------------------------------------------- App Engine

function appEngine(version: Resource, around: Surroundings): Endpoint {
  const service = serverless(version, WEB, appEngineOpenness(version, around), [], around);
  const rules = ofApplication(FIREWALL_RULE, version, around);
  return { ...service, filters: [...service.filters, firewall(version, rules, "allow", around)] };
}

/** Applications of which the input has rules and no version: what these let in comes in, whatever else holds there. */
function appEngineElsewhere(around: Surroundings): Endpoint[] {
  const { input } = around;
  const alone = input
    .managed(FIREWALL_RULE)
    .filter((rule) => VERSIONS.every((type) => ofApplication(type, rule, around).length === 0));
  const byProject = new Map<string | undefined, Resource[]>();
  for (const rule of alone) {
    const project = input.textAt(rule, "project");
    append(byProject, typeof project === "string" ? project : undefined, rule);
  }
  return [...byProject.values()].flatMap((rules) =>
    rules.slice(0, 1).map((first) => ({
      ...serviceEndpoint(input.id(first), first, firewall(first, rules, "deny", around)),
      elsewhere: true,
    })),
  );
}

/** By the settings of the service that it is a version of. */
function appEngineOpenness(version: Resource, around: Surroundings): Openness {
  const { input } = around;
  const name = input.textAt(version, "service") ?? "default";
  for (const settings of ofApplication("google_app_engine_service_network_settings", version, around)) {
    const service = input.textAt(settings, "service");
    if (service === name) return opennessOf(settings, [APP_ENGINE_INGRESS], input);
    if (typeof service !== "string" || typeof name !== "string") {
      return { unknown: `whether ${settings.address} is of its service is not known` };
    }
  }
  return "open";
}

/** Resources of a type that are of the application that a version is of: there is one in a project. */
function ofApplication(type: string, version: Resource, { input }: Surroundings): Resource[] {
  const project = input.textAt(version, "project");
  return input.managed(type).filter((resource) => {
    const other = input.textAt(resource, "project");
    return typeof project !== "string" || typeof other !== "string" || other === project;
  });
}

function firewall(
  of: Resource,
  written: readonly Resource[],
  otherwise: Filter["otherwise"],
  around: Surroundings,
): Filter {
  const rules = written.map((rule) => firewallRule(rule, around)).sort((a, b) => a.priority - b.priority);
  return {
    name: `App Engine firewall of ${of.address}`,
    system: "google-app-engine-firewall",
    direction: "inbound",
    stateful: true,
    levels: [rules.map(({ rule }) => rule)],
    otherwise,
  };
}

function firewallRule(resource: Resource, { input, parts }: Surroundings): { rule: Rule; priority: number } {
  const { address, location, values } = resource;
  const action = input.textAt(resource, "action");
  const priority = number(input.follow(values["priority"], resource));
  const isKnown = typeof priority === "number" && (action === "ALLOW" || action === "DENY");
  const isEveryone = input.textAt(resource, "source_range") === "*";
  const rule: Rule = {
    resource: address,
    location,
    action: action === "DENY" ? "deny" : "allow",
    services: WEB,
    peers: isEveryone ? ANYWHERE : parts.addressPeers(values["source_range"], resource),
    ...(!isKnown && { unknown: "its action or its priority is not known" }),
  };
  return { rule, priority: isKnown ? priority : UNKNOWN_PRIORITY };
}
