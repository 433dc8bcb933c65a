import { AccessContextManagerServicePerimeter } from "@cdktf/provider-google/lib/access-context-manager-service-perimeter";
import { AccessContextManagerServicePerimeterResource } from "@cdktf/provider-google/lib/access-context-manager-service-perimeter-resource";
import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import { GUARDED_SERVICES, serviceHost, type GoogleService } from "../../config/google/services";
import { Construct, type TerraformResource } from "../../framework";

/** A perimeter of VPC Service Controls: what is inside, and who may come in. */
export interface ServicePerimeterProps {
  /** The deployment's name: the perimeter is `union_NAME`. */
  readonly name: string;
  /** Id of the project that it is around. */
  readonly project: string;
  /** Number of the access policy that it is made in. */
  readonly accessPolicy: string;
  /** Who may call from outside what IAM lets them, as IAM names them: whoever deploys. */
  readonly deployers: readonly string[];
  /** Access levels that such calls must have, by their full names. Default: any. */
  readonly accessLevels?: readonly string[];
  /** Who signs URLs of objects, as IAM names it: with them, clients outside read and write single objects. */
  readonly signer: string;
  /** Ids of other projects that the data plane takes something from, by the API that it does it by. */
  readonly foreignProjects: Readonly<Partial<Record<GoogleService, readonly string[]>>>;
  /** What must be there before the perimeter closes. */
  readonly dependsOn: readonly TerraformResource[];
}

/** What a presigned URL may do. */
const PRESIGNED = ["google.storage.objects.get", "google.storage.objects.create"];
/** What images are taken by. */
const PULLS: Partial<Record<GoogleService, readonly string[]>> = {
  artifactregistry: ["artifactregistry.googleapis.com/DockerRead"],
};

/**
 * A VPC Service Controls perimeter around the deployment's project: Google's APIs answer calls from its network about
 * its own resources only, whoever's credentials they carry. Document: "Egress configuration".
 *
 * The restricted addresses bound which APIs are reached, and not whose data: without a perimeter, whoever has credentials
 * of another project can write to a bucket there. It stands last, since it closes the project to whoever is no deployer.
 *
 * A project is in one perimeter at most.
 */
export class ServicePerimeter extends Construct {
  constructor(scope: Construct, id: string, props: ServicePerimeterProps) {
    super(scope, id);
    const { name, project, accessPolicy, deployers, accessLevels = [], signer } = props;
    const parent = `accessPolicies/${accessPolicy}`;
    const services = GUARDED_SERVICES.map(serviceHost);
    const own = this.projectNumber("project", project);
    const levels = accessLevels.length > 0 ? accessLevels : ["*"];
    new AccessContextManagerServicePerimeter(this, "perimeter", {
      parent,
      name: `${parent}/servicePerimeters/union_${name.replaceAll("-", "_")}`,
      title: `Data plane ${name}`,
      description: "Google's APIs answer calls from inside about what is inside",
      perimeterType: "PERIMETER_TYPE_REGULAR",
      status: {
        resources: [own],
        restrictedServices: services,
        vpcAccessibleServices: { enableRestriction: true, allowedServices: ["RESTRICTED-SERVICES"] },
        ingressPolicies: [
          {
            title: "Deployers",
            ingressFrom: {
              identities: [...deployers],
              sources: levels.map((accessLevel) => ({ accessLevel })),
            },
            ingressTo: { resources: [own], operations: [{ serviceName: "*" }] },
          },
          {
            title: "Presigned URLs",
            ingressFrom: { identities: [signer], sources: [{ accessLevel: "*" }] },
            ingressTo: { resources: [own], operations: [operation("storage", PRESIGNED)] },
          },
        ],
        egressPolicies: Object.entries(props.foreignProjects).map(([service, projects]) =>
          this.egress(service as GoogleService, projects),
        ),
      },
      dependsOn: [...props.dependsOn],
    });
  }

  /** Lets whoever is inside call one API about projects that the deployment names. */
  private egress(service: GoogleService, projects: readonly string[]) {
    return {
      title: `Other projects: ${service}`,
      egressFrom: { identityType: "ANY_IDENTITY" },
      egressTo: {
        resources: projects.map((project) => this.projectNumber(`${service}-${project}`, project)),
        operations: [operation(service, PULLS[service] ?? ["*"])],
      },
    };
  }

  private projectNumber(id: string, projectId: string): string {
    return `projects/${new DataGoogleProject(this, id, { projectId }).number}`;
  }
}

const operation = (service: GoogleService, methods: readonly string[]) => ({
  serviceName: serviceHost(service),
  methodSelectors: methods.map((method) => ({ method })),
});

/** A project, and the standing perimeter that it joins. */
export interface PerimeterMembershipProps {
  /** Id of the project that joins. */
  readonly project: string;
  /** The perimeter: `accessPolicies/POLICY/servicePerimeters/NAME`. */
  readonly perimeter: string;
  /** What must be there before. */
  readonly dependsOn: readonly TerraformResource[];
}

/**
 * The deployment's project in a perimeter that is there already: its services and rules are its owner's. Document:
 * "Egress configuration".
 */
export class PerimeterMembership extends Construct {
  constructor(scope: Construct, id: string, { project, perimeter, dependsOn }: PerimeterMembershipProps) {
    super(scope, id);
    const { number } = new DataGoogleProject(this, "project", { projectId: project });
    new AccessContextManagerServicePerimeterResource(this, "member", {
      perimeterName: perimeter,
      resource: `projects/${number}`,
      dependsOn: [...dependsOn],
    });
  }
}
