/** Clients of AWS's own software development kit, which is loaded when an account is read and not before. */
import { createRequire } from "node:module";
import type * as RestApis from "@aws-sdk/client-api-gateway";
import type * as Apis from "@aws-sdk/client-apigatewayv2";
import type * as CloudFront from "@aws-sdk/client-cloudfront";
import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import type * as Ec2 from "@aws-sdk/client-ec2";
import type * as Ecr from "@aws-sdk/client-ecr";
import type * as Eks from "@aws-sdk/client-eks";
import type * as ClassicBalancers from "@aws-sdk/client-elastic-load-balancing";
import type * as Balancers from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as ElastiCache from "@aws-sdk/client-elasticache";
import type * as Accelerators from "@aws-sdk/client-global-accelerator";
import type * as Iam from "@aws-sdk/client-iam";
import type * as Kms from "@aws-sdk/client-kms";
import type * as Lambda from "@aws-sdk/client-lambda";
import type * as Rds from "@aws-sdk/client-rds";
import type * as Route53 from "@aws-sdk/client-route-53";
import type * as S3 from "@aws-sdk/client-s3";
import type * as S3Control from "@aws-sdk/client-s3-control";
import type * as Secrets from "@aws-sdk/client-secrets-manager";
import type * as Quotas from "@aws-sdk/client-service-quotas";
import type * as Sts from "@aws-sdk/client-sts";
import type * as Lattice from "@aws-sdk/client-vpc-lattice";
import { optionalDependencies } from "../../package.json";
import { AccountError } from "../account";

/** Each with the version that is tried. */
const PACKAGES = Object.entries(optionalDependencies)
  .filter(([name]) => name.startsWith("@aws-sdk/"))
  .map(([name, version]) => `${name}@${version}`)
  .join(" ");

/** A service's package, and a client of it. */
interface Service<Package, Client> {
  readonly sdk: Package;
  readonly client: Client;
}

export interface Services {
  readonly accelerators: Service<typeof Accelerators, Accelerators.GlobalAcceleratorClient>;
  readonly apis: Service<typeof Apis, Apis.ApiGatewayV2Client>;
  readonly restApis: Service<typeof RestApis, RestApis.APIGatewayClient>;
  readonly cloudFront: Service<typeof CloudFront, CloudFront.CloudFrontClient>;
  readonly ec2: Service<typeof Ec2, Ec2.EC2Client>;
  readonly ecr: Service<typeof Ecr, Ecr.ECRClient>;
  readonly eks: Service<typeof Eks, Eks.EKSClient>;
  readonly balancers: Service<typeof Balancers, Balancers.ElasticLoadBalancingV2Client>;
  readonly classicBalancers: Service<typeof ClassicBalancers, ClassicBalancers.ElasticLoadBalancingClient>;
  readonly elastiCache: Service<typeof ElastiCache, ElastiCache.ElastiCacheClient>;
  readonly iam: Service<typeof Iam, Iam.IAMClient>;
  readonly kms: Service<typeof Kms, Kms.KMSClient>;
  readonly lattice: Service<typeof Lattice, Lattice.VPCLatticeClient>;
  readonly lambda: Service<typeof Lambda, Lambda.LambdaClient>;
  readonly logs: Service<typeof Logs, Logs.CloudWatchLogsClient>;
  readonly quotas: Service<typeof Quotas, Quotas.ServiceQuotasClient>;
  readonly rds: Service<typeof Rds, Rds.RDSClient>;
  readonly route53: Service<typeof Route53, Route53.Route53Client>;
  readonly s3: Service<typeof S3, S3.S3Client>;
  readonly s3Control: Service<typeof S3Control, S3Control.S3ControlClient>;
  readonly secrets: Service<typeof Secrets, Secrets.SecretsManagerClient>;
  readonly sts: Service<typeof Sts, Sts.STSClient>;
}

/**
 * The one region that answers for accelerators, wherever they lead: AWS Global Accelerator API Reference, "Welcome"
 * (https://docs.aws.amazon.com/global-accelerator/latest/api/Welcome.html).
 */
const ACCELERATORS_REGION = "us-west-2";

/** Tries of one call: throttling is waited out, longer each time. */
const MOST_TRIES = 8;
/** Milliseconds until a call that gets no answer has failed. */
const PATIENCE = 30_000;

/** A service's package. @throws AccountError if it is not installed */
export function packageOf(name: string): unknown {
  // Of newer packages than those that are locked; who runs this can do nothing about it.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  try {
    return createRequire(__filename)(`@aws-sdk/client-${name}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new AccountError(`@aws-sdk/client-${name} is not installed: npm install --no-save ${PACKAGES}`);
  }
}

/**
 * Clients of one region, with the credentials that the AWS command line would take.
 *
 * @throws AccountError if the packages are not installed
 */
export function servicesIn(region: string): Services {
  const settings = {
    region,
    retryMode: "adaptive",
    maxAttempts: Number(process.env["AWS_MAX_ATTEMPTS"] ?? MOST_TRIES),
    requestHandler: { requestTimeout: PATIENCE, throwOnRequestTimeout: true },
  };
  const accelerators = packageOf("global-accelerator") as typeof Accelerators;
  const apis = packageOf("apigatewayv2") as typeof Apis;
  const restApis = packageOf("api-gateway") as typeof RestApis;
  const cloudFront = packageOf("cloudfront") as typeof CloudFront;
  const ec2 = packageOf("ec2") as typeof Ec2;
  const ecr = packageOf("ecr") as typeof Ecr;
  const eks = packageOf("eks") as typeof Eks;
  const balancers = packageOf("elastic-load-balancing-v2") as typeof Balancers;
  const classicBalancers = packageOf("elastic-load-balancing") as typeof ClassicBalancers;
  const elastiCache = packageOf("elasticache") as typeof ElastiCache;
  const iam = packageOf("iam") as typeof Iam;
  const kms = packageOf("kms") as typeof Kms;
  const lambda = packageOf("lambda") as typeof Lambda;
  const lattice = packageOf("vpc-lattice") as typeof Lattice;
  const logs = packageOf("cloudwatch-logs") as typeof Logs;
  const quotas = packageOf("service-quotas") as typeof Quotas;
  const rds = packageOf("rds") as typeof Rds;
  const route53 = packageOf("route-53") as typeof Route53;
  const s3 = packageOf("s3") as typeof S3;
  const s3Control = packageOf("s3-control") as typeof S3Control;
  const secrets = packageOf("secrets-manager") as typeof Secrets;
  const sts = packageOf("sts") as typeof Sts;
  return {
    accelerators: {
      sdk: accelerators,
      client: new accelerators.GlobalAcceleratorClient({ ...settings, region: ACCELERATORS_REGION }),
    },
    apis: { sdk: apis, client: new apis.ApiGatewayV2Client(settings) },
    restApis: { sdk: restApis, client: new restApis.APIGatewayClient(settings) },
    cloudFront: { sdk: cloudFront, client: new cloudFront.CloudFrontClient(settings) },
    ec2: { sdk: ec2, client: new ec2.EC2Client(settings) },
    ecr: { sdk: ecr, client: new ecr.ECRClient(settings) },
    eks: { sdk: eks, client: new eks.EKSClient(settings) },
    balancers: { sdk: balancers, client: new balancers.ElasticLoadBalancingV2Client(settings) },
    classicBalancers: {
      sdk: classicBalancers,
      client: new classicBalancers.ElasticLoadBalancingClient(settings),
    },
    elastiCache: { sdk: elastiCache, client: new elastiCache.ElastiCacheClient(settings) },
    iam: { sdk: iam, client: new iam.IAMClient(settings) },
    kms: { sdk: kms, client: new kms.KMSClient(settings) },
    lambda: { sdk: lambda, client: new lambda.LambdaClient(settings) },
    lattice: { sdk: lattice, client: new lattice.VPCLatticeClient(settings) },
    logs: { sdk: logs, client: new logs.CloudWatchLogsClient(settings) },
    quotas: { sdk: quotas, client: new quotas.ServiceQuotasClient(settings) },
    rds: { sdk: rds, client: new rds.RDSClient(settings) },
    route53: { sdk: route53, client: new route53.Route53Client(settings) },
    // Buckets of other regions are listed too; a stand-in has no name of its own for each bucket.
    s3: {
      sdk: s3,
      client: new s3.S3Client({
        ...settings,
        followRegionRedirects: true,
        forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined,
      }),
    },
    s3Control: { sdk: s3Control, client: new s3Control.S3ControlClient({ ...settings, ...standInFor("s3", region) }) },
    secrets: { sdk: secrets, client: new secrets.SecretsManagerClient(settings) },
    sts: { sdk: sts, client: new sts.STSClient(settings) },
  };
}

/** Where a stand-in answers for a service that else has a name of its own for each account. */
function standInFor(signingName: string, signingRegion: string) {
  const url = process.env["AWS_ENDPOINT_URL"];
  if (url === undefined) return {};
  const properties = { authSchemes: [{ name: "sigv4", signingName, signingRegion, properties: {} }] };
  return { endpointProvider: () => ({ url: new URL(url), properties }) };
}
