/** Tells this package's own output from all else: each of its stacks carries the deployment that it was made from. */
import { checkDeployment } from "../../config/checks";
import { deploymentSchema, type Deployment } from "../../config/deployment";
import { clusterName, DEPLOYMENT_ANNOTATION } from "../../config/names";
import { fieldName } from "../../config/yaml-source";
import { chartRenderOf, withRender, type ChartRender } from "../chart-render";
import { beginningOf, type Location, type Resource } from "../model";
import { DEPLOYMENT } from "../readers/cdktf-output";
import { standIns } from "./implied";
import { at, isObject } from "../values";

/** The stacks of one deployment, and what else is there by its word. */
export interface Deployed {
  readonly deployment: Deployment;
  readonly location: Location;
  readonly resources: readonly Resource[];
  /** What its stacks print once they are deployed, stack by stack. */
  readonly outputs: readonly Output[];
}

/** A text that a stack prints, such as a command; parts that only the cloud knows are references: `${TYPE.NAME.ATTRIBUTE}`. */
export interface Output {
  readonly unit: string;
  readonly name: string;
  readonly description: string;
  /** One text, or several. */
  readonly texts: readonly string[];
}

/** A deployment that can't be taken at its word, or what says of itself that it is of another. */
export interface BrokenDeployment {
  readonly location: Location;
  readonly message: string;
  readonly remedy: string;
}

export interface Separated {
  readonly deployed: readonly Deployed[];
  readonly broken: readonly BrokenDeployment[];
  /** What belongs to no deployment, or to a broken one. */
  readonly rest: readonly Resource[];
}

/**
 * Sorts resources by deployment. Stacks belong together that carry the same deployment, to the letter; manifests belong
 * to the deployment that they name, and with them all that was read together and names none; a render of Union's chart
 * to the deployment whose cluster it names.
 */
export function separate(resources: readonly Resource[]): Separated {
  const units = new Map<string, Resource[]>();
  for (const resource of resources) {
    const unit = units.get(resource.unit);
    if (unit) unit.push(resource);
    else units.set(resource.unit, [resource]);
  }
  const deployed = new Map<string, Deployed & { readonly text: string }>();
  const broken: BrokenDeployment[] = [];
  const rest: Resource[] = [];
  const loose: Resource[][] = [];
  for (const [unit, members] of units) {
    const carrier = members.find(({ type }) => type === DEPLOYMENT);
    const own = members.filter(({ type }) => type !== DEPLOYMENT);
    if (!carrier) {
      loose.push(own);
      continue;
    }
    const deployment = readDeployment(carrier);
    if (typeof deployment === "string") {
      rest.push(...own);
      broken.push(unusable(carrier.location, deployment));
      continue;
    }
    const text = JSON.stringify(deployment);
    const known = deployed.get(deployment.name);
    const { location } = carrier;
    const outputs = outputsOf(carrier);
    if (!known) {
      deployed.set(deployment.name, {
        deployment,
        location,
        text,
        resources: [...own, ...standIns(deployment, location, unit)],
        outputs,
      });
    } else if (known.text === text) {
      deployed.set(deployment.name, {
        ...known,
        resources: [...known.resources, ...own],
        outputs: [...known.outputs, ...outputs],
      });
    } else {
      broken.push(unusable(location, `differs from '${deployment.name}' in ${known.location.file}`));
      rest.push(...own);
    }
  }
  const ofManifests = new Set(loose.flat().map(deploymentNamedBy));
  for (const unit of loose) {
    const render = chartRenderOf(unit);
    const byChart = [...deployed.values()].filter(({ deployment }) => deployment.workloads === "chart");
    if (render && byChart.length > 0) {
      const own = byChart.find(({ deployment }) => clusterName(deployment) === render.cluster);
      if (own) deployed.set(own.deployment.name, { ...own, resources: withRender(own.resources, render) });
      else {
        rest.push(...unit);
        broken.push(
          stray(
            unit,
            render,
            byChart.map(({ deployment }) => deployment.name),
          ),
        );
      }
      continue;
    }
    if (render?.cluster !== undefined && ofManifests.has(render.cluster)) {
      // No stack says what the deployment promises, and the two are judged as others' objects, but together.
      rest.push(...render.objects);
      continue;
    }
    const named = new Set(unit.map(deploymentNamedBy).filter((name) => name !== undefined && deployed.has(name)));
    if (named.size === 0) for (const one of unit) rest.push(one);
    for (const name of named) {
      const known = name === undefined ? undefined : deployed.get(name);
      if (!known) continue;
      const others = unit.filter((resource) => (deploymentNamedBy(resource) ?? known.deployment.name) === name);
      deployed.set(known.deployment.name, { ...known, resources: [...known.resources, ...others] });
    }
  }
  return { deployed: [...deployed.values()], broken, rest };
}

const unusable = (location: Location, reason: string): BrokenDeployment => ({
  location,
  message: `the deployment that the stack carries can't be used: ${reason}`,
  remedy: "Synthesize the stack again from its deployment.",
});

function stray(unit: readonly Resource[], { cluster }: ChartRender, names: readonly string[]): BrokenDeployment {
  const of = cluster === undefined ? "of no cluster that it names" : `of the cluster '${cluster}'`;
  return {
    location: beginningOf(unit),
    message: `the render of Union's chart is ${of}, and not of a deployment that is judged by it: ${names.join(", ")}`,
    remedy: "Render the chart with the values that 'dataplane values NAME' prints.",
  };
}

/** The deployment that a manifest says it is of. */
function deploymentNamedBy({ values }: Resource): string | undefined {
  const name = at(values, "metadata", "annotations", DEPLOYMENT_ANNOTATION);
  return typeof name === "string" ? name : undefined;
}

/** The deployment that a stack carries, or what is wrong with it. */
function readDeployment(carrier: Resource): Deployment | string {
  const parsed = deploymentSchema.safeParse(carrier.values["deployment"], { jitless: true });
  const [problem] = parsed.success ? checkDeployment(parsed.data) : parsed.error.issues;
  if (parsed.success && !problem) return parsed.data;
  return [fieldName((problem?.path ?? []) as (string | number)[]), problem?.message].filter(Boolean).join(": ");
}

function outputsOf(carrier: Resource): Output[] {
  const outputs = carrier.values["outputs"];
  return Object.entries(isObject(outputs) ? outputs : {}).map(([name, output]) => {
    const [description, value] = [at(output, "description"), at(output, "value")];
    return {
      unit: carrier.unit,
      name,
      description: typeof description === "string" ? description : "",
      texts: [value ?? []].flat().filter((text) => typeof text === "string"),
    };
  });
}
