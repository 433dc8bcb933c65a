/**
 * What AWS's shared APIs let anybody do with a resource: they answer every customer at AWS's own addresses, and who may
 * what is a matter of identity, unless a policy, an access control list or a permission admits everybody.
 *
 * AWS Identity and Access Management User Guide, "AWS JSON policy elements: Principal"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html): `*` is everybody, or all
 * of AWS's customers. Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage"
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html): what is public is
 * refused or ignored where it is blocked, which it is for buckets made since April 2023 unless a resource says otherwise.
 * "Controlling ownership of objects and disabling ACLs"
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html) and "Canned ACL"
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html). AWS Lambda Developer Guide, "Viewing
 * resource-based IAM policies in Lambda" (https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html).
 * AWS Lambda API Reference, "AddPermission" (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html): for a
 * service without a source, other accounts may set up resources that invoke. Amazon Cognito Developer Guide, "Amazon
 * Cognito identity pools" (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-identity.html): guests get
 * credentials of a role.
 * AWS Security Token Service API Reference, "AssumeRole"
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html): a role's trust policy says who may take it.
 */
import type { Endpoint, Peer, Resource, Value } from "../../model";
import { isReference, isUnknown, referenceTo } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { at, blocks, bool, field, isOpaque, text } from "../../values";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { mayBeStar } from "./anybody";
import { publicEndpoint } from "./managed-services";
import { policyStatements, type Spelling } from "./policy-document";
import { admittedPeers } from "./resource-policy";
import { byIssuer, forStrangers } from "./web-identities";
import { shown } from "../../../config/texts";

const WEB = ServiceSet.unionOf([80, 443].map((port) => ServiceSet.of(6, port)));
const EVERYWHERE: readonly Peer[] = [{ kind: "addresses", addresses: AddressSet.all }];

/** The arguments in which resources write their policies. */
const POLICIES: Readonly<Record<string, string>> = {
  aws_backup_vault_policy: "policy",
  aws_cloudwatch_event_bus_policy: "policy",
  aws_cloudwatch_log_destination_policy: "access_policy",
  aws_cloudwatch_log_resource_policy: "policy_document",
  aws_codeartifact_domain_permissions_policy: "policy_document",
  aws_codeartifact_repository_permissions_policy: "policy_document",
  aws_codebuild_resource_policy: "policy",
  aws_dynamodb_resource_policy: "policy",
  aws_ecr_registry_policy: "policy",
  aws_ecr_repository_policy: "policy",
  aws_glacier_vault: "access_policy",
  aws_glue_resource_policy: "policy",
  aws_iam_role: "assume_role_policy",
  aws_kinesis_resource_policy: "policy",
  aws_kms_external_key: "policy",
  aws_kms_key: "policy",
  aws_kms_key_policy: "policy",
  aws_kms_replica_external_key: "policy",
  aws_kms_replica_key: "policy",
  aws_media_store_container_policy: "policy",
  aws_oam_sink_policy: "policy",
  aws_prometheus_resource_policy: "policy_document",
  aws_redshift_resource_policy: "policy",
  aws_s3_access_point: "policy",
  aws_s3control_access_point_policy: "policy",
  aws_s3control_bucket_policy: "policy",
  aws_s3control_multi_region_access_point_policy: "details.policy",
  aws_s3control_object_lambda_access_point_policy: "policy",
  aws_s3tables_table_bucket_policy: "resource_policy",
  aws_s3tables_table_policy: "resource_policy",
  aws_s3vectors_vector_bucket_policy: "policy",
  aws_sagemaker_model_package_group_policy: "resource_policy",
  aws_schemas_registry_policy: "policy",
  aws_secretsmanager_secret: "policy",
  aws_secretsmanager_secret_policy: "policy",
  aws_ses_identity_policy: "policy",
  aws_sesv2_email_identity_policy: "policy",
  aws_sns_topic: "policy",
  aws_sns_topic_policy: "policy",
  aws_sqs_queue: "policy",
  aws_sqs_queue_policy: "policy",
  aws_vpclattice_resource_policy: "policy",
};

/** Permissions of one principal each, and the arguments that narrow whom `*` stands for. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_event_permission: ["condition"],
  aws_lambda_layer_version_permission: ["organization_id"],
  aws_lambda_permission: ["source_arn", "source_account", "principal_org_id", "event_source_token"],
};

/** A service of AWS's as a principal: it calls for whoever sets up a resource of it, in any account. */
const SERVICE = /^[\w.-]+\.amazon(aws)?\.com(\.cn)?$/;

/** Access control lists that admit everybody, and the groups that stand for everybody in a list of grants. */
const PUBLIC_ACLS = ["public-read", "public-read-write", "authenticated-read"];
const EVERYBODY = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

const SWITCHES = {
  policies: ["block_public_policy", "restrict_public_buckets"],
  lists: ["block_public_acls", "ignore_public_acls"],
} as const;

/** Resources that a shared API lets anybody use, or may. */
export class SharedApis {
  private readonly issuers: Spelling;

  constructor(private readonly input: TerraformInput) {
    this.issuers = byIssuer(input);
  }

  all(): Endpoint[] {
    const { input } = this;
    return [
      ...Object.entries(POLICIES).flatMap(([type, path]) =>
        input.managed(type).flatMap((resource) => open(resource, this.byPolicy(resource, path))),
      ),
      ...Object.entries(PERMISSIONS).flatMap(([type, narrowing]) =>
        input.managed(type).flatMap((resource) => open(resource, this.byPermission(resource, narrowing))),
      ),
      ...this.guests(),
      ...this.buckets(),
    ];
  }

  /** Whoever knows the id of a pool that lets guests in gets credentials of their role, which may be attached elsewhere. */
  private guests(): Endpoint[] {
    const { input } = this;
    const pools = input.managed("aws_cognito_identity_pool").filter((pool) => {
      const allowed = bool(input.follow(pool.values["allow_unauthenticated_identities"], pool));
      return allowed === true || isOpaque(allowed);
    });
    const attached = input.managed("aws_cognito_identity_pool_roles_attachment").filter((attachment) => {
      const roles = input.follow(attachment.values["roles"], attachment);
      const pool = input.find(attachment.values["identity_pool_id"], attachment, "identity pool");
      const isHere = pool.kind === "resource" && pool.resource.mode === "managed";
      return !isHere && (isOpaque(roles) || !isAbsent(at(roles, "unauthenticated")));
    });
    return [
      ...pools.flatMap((pool) => open(pool, [unknownPeer("everybody gets credentials of its guests' role")])),
      ...attached.flatMap((one) => open(one, [unknownPeer("whether its pool lets guests in is not known")])),
    ];
  }

  private byPolicy(resource: Resource, path: string): readonly Peer[] {
    const isTrust = resource.type === "aws_iam_role";
    const written = field(resource, ...path.split("."));
    const statements = policyStatements(written, resource, this.input, isTrust ? this.issuers : undefined);
    if (isUnknown(statements)) return [unknownPeer(`whom its policy lets in is not known: ${statements.reason}`)];
    const peers = [
      ...admittedPeers(statements, "anonymous"),
      ...(isTrust ? admittedPeers(forStrangers(statements), "anonymous") : []),
    ];
    if (peers.length === 0 || !/^aws_s3(control)?_.*access_point/.test(resource.type)) return peers;
    return [unknownPeer("an access point blocks the public by itself unless it is told otherwise")];
  }

  private byPermission(resource: Resource, narrowing: readonly string[]): readonly Peer[] {
    const { principal } = resource.values;
    const conditions = narrowing.map((name) => resource.values[name]).filter((value) => !isAbsent(value));
    if (conditions.some((value) => !mayBeStar(value, resource, this.input))) return [];
    const written = text(this.input.follow(principal, resource));
    if (conditions.length === 0 && written === "*") return EVERYWHERE;
    if (conditions.length === 0 && typeof written === "string" && SERVICE.test(written))
      return [unknownPeer("it names no source, so that resources of any account may call by this service")];
    return mayBeStar(principal, resource, this.input) ? [unknownPeer("whom it lets in is not known")] : [];
  }

  // -------------------------------------------------------------- S3

  private buckets(): Endpoint[] {
    const { input } = this;
    return [
      ...input
        .managed("aws_s3_bucket_policy", "aws_s3_bucket")
        .flatMap((one) => open(one, this.unlessBlocked(one, "policies", this.byPolicy(one, "policy")))),
      ...input
        .managed("aws_s3_bucket_acl", "aws_s3_bucket", "aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy")
        .flatMap((one) => open(one, this.unlessBlocked(one, "lists", this.byList(one)))),
    ];
  }

  private byList(resource: Resource): readonly Peer[] {
    const acl = text(this.input.follow(resource.values["acl"], resource));
    const grants = [
      ...blocks(at(this.input.follow(resource.values["access_control_policy"], resource), "grant")),
      ...blocks(this.input.follow(resource.values["grant"], resource)),
    ];
    const groups = grants.map((grant) => text(at(grant, "grantee", "uri") ?? at(grant, "uri")));
    if (PUBLIC_ACLS.includes(shown(acl)) || groups.some((group) => EVERYBODY.test(shown(group)))) return EVERYWHERE;
    const isKnown = !isOpaque(acl) && !groups.some(isOpaque);
    return isKnown ? [] : [unknownPeer("whom its access control list lets in is not known")];
  }

  /** Whom a bucket's policy or list lets in, by what blocks the public. */
  private unlessBlocked(one: Resource, what: keyof typeof SWITCHES, peers: readonly Peer[]): readonly Peer[] {
    if (peers.length === 0 || this.isDirectory(one)) return [];
    const found = [
      ...this.ofBucket("aws_s3_bucket_public_access_block", one),
      ...this.input.managed("aws_s3_account_public_access_block"),
    ];
    const answers = found.flatMap((block) =>
      SWITCHES[what].map((name) => bool(this.input.follow(block.values[name], block)) ?? false),
    );
    if (answers.includes(true) || (what === "lists" && this.ownsAll(one))) return [];
    if (answers.some(isOpaque)) return [unknownPeer("whether public access is blocked is not known")];
    if (found.some(({ type }) => type === "aws_s3_bucket_public_access_block")) return peers;
    return [
      unknownPeer(
        "a bucket blocks the public by itself unless an aws_s3_bucket_public_access_block of the input lets it",
      ),
    ];
  }

  /**
   * Whether it speaks of a directory bucket, whose blocks of public access can't be taken off (Amazon S3 User Guide,
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html).
   */
  private isDirectory(one: Resource): boolean {
    const named = one.values["bucket"];
    // Whatever it is named by: its name may be made of what is not known.
    const target = this.input.find(isReference(named) ? referenceTo(named.address) : named, one, "bucket");
    if (target.kind === "resource") return target.resource.type === "aws_s3_directory_bucket";
    return target.kind === "outside" && target.name.endsWith("--x-s3");
  }

  /** Whether the bucket's owner owns every object, so that lists count for nothing. */
  private ownsAll(one: Resource): boolean {
    return this.ofBucket("aws_s3_bucket_ownership_controls", one).some((controls) =>
      this.input.collect(controls, "rule.object_ownership").includes("BucketOwnerEnforced"),
    );
  }

  /** Resources of a type that speak of the same bucket. */
  private ofBucket(type: string, one: Resource): Resource[] {
    const name = this.bucketOf(one, one.type === "aws_s3_bucket" ? undefined : one.values["bucket"]);
    return this.input.managed(type).filter((other) => {
      const theirs = this.bucketOf(other, other.values["bucket"]);
      return theirs !== undefined && theirs === name;
    });
  }

  /** What the whole input knows a bucket by. */
  private bucketOf(from: Resource, value: Value | undefined): string | undefined {
    if (value === undefined) return this.input.id(from);
    const target = this.input.find(value, from, "bucket");
    if (target.kind === "unknown") return undefined;
    if (target.kind === "resource") return this.input.id(target.resource);
    const declared = this.input.managed("aws_s3_bucket").find(({ values }) => values["bucket"] === target.name);
    return declared ? this.input.id(declared) : target.name;
  }
}

function open(resource: Resource, from: readonly Peer[]): Endpoint[] {
  return from.length === 0 ? [] : [publicEndpoint(resource.address, resource, [{ services: WEB, from }])];
}

function unknownPeer(reason: string): Peer {
  return { kind: "unknown", reason };
}
