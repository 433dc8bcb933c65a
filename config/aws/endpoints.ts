/** VPC endpoints of the AWS services that a data plane uses: which are made, and which the given network has already. */
import type { AwsDeployment } from "../deployment";
import { allowanceTag, serviceAllowances } from "./allowances";
import { ENDPOINT_SERVICES, REASONS, type EndpointService } from "./endpoint-services";

/** The usual name of a service, which its endpoint answers to. */
export function endpointHost({ cloudRegion }: AwsDeployment, service: string): string {
  if (service === "ecr.api") return `api.ecr.${cloudRegion}.amazonaws.com`;
  // Registries are of accounts.
  if (service === "ecr.dkr") return `*.dkr.ecr.${cloudRegion}.amazonaws.com`;
  if (service === "eks-auth") return `eks-auth.${cloudRegion}.api.aws`;
  return `${service}.${cloudRegion}.amazonaws.com`;
}

/** A service with an interface endpoint. */
export interface InterfaceEndpoint {
  /**
   * Last part of the endpoint service's name, e.g. `ecr.dkr`; of an allowance the whole name, `com.amazonaws.vpce...`.
   */
  readonly service: string;
  /** A tag's text. */
  readonly reason: string;
}

/** What sessions on nodes pass through. */
const SESSIONS = ["ssm", "ssmmessages", "ec2messages"] as const;

export const sessionServices = ({ cluster }: AwsDeployment): readonly EndpointService[] =>
  cluster.sessionManager === true ? SESSIONS : [];

/** Services that the deployment uses. */
export function usedServices(deployment: AwsDeployment): readonly EndpointService[] {
  const unused: readonly EndpointService[] = [
    ...(deployment.logs === "cloud-service" ? [] : (["logs"] as const)),
    ...(sessionServices(deployment).length > 0 ? [] : SESSIONS),
  ];
  return ENDPOINT_SERVICES.filter((service) => !unused.includes(service));
}

/** Interface endpoints of the given network's owner. */
export interface GivenEndpoints {
  /** Services that they answer for. */
  readonly services: readonly EndpointService[];
  /** Blocks of their addresses. */
  readonly cidrs: readonly string[];
  /** Their group, in the same VPC; undefined where no rule can name it. */
  readonly securityGroupId?: string | undefined;
}

export const givenEndpoints = (deployment: AwsDeployment): readonly GivenEndpoints[] =>
  (deployment.network.existing?.endpoints.interface ?? []).map((given) => ({
    ...given,
    services: given.services ?? usedServices(deployment),
  }));

/** Interface endpoints that are made. */
export function madeEndpoints(deployment: AwsDeployment): InterfaceEndpoint[] {
  const given = new Set(givenEndpoints(deployment).flatMap(({ services }) => services));
  return [
    ...usedServices(deployment)
      .filter((service) => !given.has(service))
      .map((service) => ({ service, reason: REASONS[service] })),
    ...serviceAllowances(deployment).map((allowance) => ({
      service: allowance.service,
      reason: allowanceTag(allowance),
    })),
  ];
}

/** Whether S3's gateway endpoint is made. */
export const makesS3Gateway = ({ network }: AwsDeployment): boolean => network.existing?.endpoints.s3Gateway !== true;
