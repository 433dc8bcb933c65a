import { manifestsOf } from "../../cli/workload-manifests/index";
import { differencesIn, type Difference, namedDifferences } from "../../chart/differences";
import { factsOf, type Facts, type Inputs } from "../../chart/facts";
import { columnOf, readChartFacts } from "../../chart/table";
import * as aws from "../../config/aws/names";
import * as azure from "../../config/azure/names";
import { controlPlaneHost } from "../../config/control-plane";
import type { Deployment } from "../../config/deployment";
import * as google from "../../config/google/names";
import { buildRepositoryOf, registryMirrors } from "../../config/images";
import { PLATFORM_NAMESPACE } from "../../config/names";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { awsDeployment, azureDeployment, googleDeployment } from "./deployments";

/** A deployment with everything that the chart's renders have switched on; names tell apart what each of them is. */
const FIELDS = {
  name: "cluster-one",
  organization: "organization-one",
  tenant: "tenant-one",
  clientId: "client-one",
  components: { connectors: true, imageBuilder: true, metrics: true },
};

const TASKS = "tasks-one";

/** By column of the chart's facts, what stands for it here. The chart keeps to one namespace unless it is told otherwise. */
const OURS: Readonly<Record<string, () => { readonly deployment: Deployment; readonly inputs: Inputs }>> = {
  aws: () => onAws({ rbac: "low-privilege" }),
  gcp: () => {
    const deployment = googleDeployment({ ...FIELDS, rbac: "low-privilege", project: "project-one" });
    return {
      deployment,
      inputs: inputsOf(deployment, {
        "{metadata-bucket}": google.metadataBucket(deployment),
        "{fast-registration-bucket}": google.fastRegistrationBucket(deployment),
        "{platform-identity}": google.accountEmail(deployment, google.platformAccount(deployment)),
        "{task-identity}": google.accountEmail(deployment, google.taskAccount(deployment)),
        "{project}": deployment.project,
      }),
    };
  },
  azure: () => {
    const existing = {
      ...{ account: "accountone", resourceGroup: "storage-one" },
      ...{ metadata: "metadata-one", fastRegistration: "fast-registration-one" },
    };
    const deployment = azureDeployment({ ...FIELDS, rbac: "low-privilege", objectStore: { existing } });
    const { platform_client_id: platform, task_client_id: task } = cloudOutputsOf(deployment) as Record<string, string>;
    return {
      deployment,
      inputs: inputsOf(deployment, {
        "{metadata-bucket}": azure.metadataContainer(deployment),
        "{fast-registration-bucket}": azure.fastRegistrationContainer(deployment),
        "{storage-account}": azure.storageAccount(deployment),
        "{subscription}": deployment.subscription,
        "{directory}": deployment.directory,
        "{resource-group}": azure.resourceGroup(deployment),
        "{key-vault}": azure.keyVaultUri(deployment),
        "{platform-identity}": platform ?? "",
        "{task-identity}": task ?? "",
      }),
    };
  },
  "namespace-multi": () => onAws({ rbac: "standard", taskNamespaces: [TASKS], organization: "union" }),
};

function onAws(fields: Readonly<Record<string, unknown>>) {
  const deployment = awsDeployment({ ...FIELDS, ...fields });
  return {
    deployment,
    inputs: inputsOf(deployment, {
      "{metadata-bucket}": aws.metadataBucket(deployment),
      "{fast-registration-bucket}": aws.fastRegistrationBucket(deployment),
      "{platform-identity}": aws.roleArn(deployment, aws.platformRole(deployment)),
      "{task-identity}": aws.roleArn(deployment, aws.taskRole(deployment)),
    }),
  };
}

/** Every cloud's inputs and the cloud's own, and what stands for public registries by the registries. */
function inputsOf(deployment: Deployment, own: Readonly<Record<string, string>>): Inputs {
  const { name, organization, tenant, region, clientId, cloudRegion } = deployment;
  const common = {
    "{organization}": organization,
    "{cluster}": name,
    "{host}": controlPlaneHost(tenant, region),
    "{client-id}": clientId,
    "{region}": cloudRegion,
    "{tasks}": TASKS,
    "{image-repository}": buildRepositoryOf(deployment),
  };
  const inputs = { ...common, ...own, ...registryMirrors(deployment) };
  // An organization that is named as the namespace can't be told from it.
  const distinct = Object.entries(inputs).filter(([, value]) => value !== PLATFORM_NAMESPACE);
  return new Map(distinct.map(([said, value]) => [value, said]));
}

const made = new Map<string, Facts>();

/** The facts of what this package writes for a column of the chart's. */
function ourFacts(column: string): Facts {
  const one = OURS[column]?.();
  if (!one) throw new Error(`nothing stands for '${column}' of the chart`);
  const facts = made.get(column) ?? factsOf(manifestsOf(one.deployment, cloudOutputsOf(one.deployment)), one.inputs);
  made.set(column, facts);
  return facts;
}

/** The chart's facts of a column. */
export const chartFactsOf = (column: string): Facts => columnOf(readChartFacts().objects, column);

/** Differences between a chart's facts of a column (default: those of the table) and what this package writes. */
export const differencesOf = (column: string, chart: Facts = chartFactsOf(column)): Difference[] =>
  differencesIn(column, chart, ourFacts(column), namedDifferences().renamed);

/** Every difference between the chart's facts and what this package writes. */
export const chartDifferences = (): Difference[] => Object.keys(OURS).flatMap((column) => differencesOf(column));
