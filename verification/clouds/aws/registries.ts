/**
 * Amazon ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 *
 * A registry is an account's in a region, and repositories are resources: one that is there, or one that a rule of the
 * pull-through cache makes when it is first pulled from. Nodes pull as their role.
 */
import type { Resource } from "../../model";
import { field, isOpaque, text, knownText } from "../../values";
import { endpointObstacles } from "./endpoint-policies";
import { allows, permissionsOf, type Permissions } from "./permissions";
import type { NodePool } from "../node-pool";
import type { ImageReference, PullObstacle, Registries, RegistryContext } from "../registry";
import type { TerraformInput } from "../terraform-input";
import type { Ternary } from "../../ternary";

const HOST = /^(\d{12})\.dkr[.-]ecr\.([a-z0-9-]+)\.(amazonaws\.com|on\.aws)(\.cn)?$/;

const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const PULL_THROUGH = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

/** Registries that ECR fetches from as anybody; from all others it does so with a login, or as another role. */
const WITHOUT_LOGIN = new Set(["public.ecr.aws", "registry.k8s.io", "quay.io"]);

/** Whoever pulls from a registry of another account needs its word too. */
const OTHER_ACCOUNT =
  "Let these nodes pull by the policies of the other account's repositories, and say so in an exception.";

export function awsRegistries(input: TerraformInput, context: RegistryContext): Registries {
  const rules = input.managed("aws_ecr_pull_through_cache_rule");
  const repositories = input.managed("aws_ecr_repository");
  const atEndpoints = endpointObstacles(input);
  const roles = new Map<Resource, Permissions>();
  const permissions = (role: Resource) => {
    const known = roles.get(role) ?? permissionsOf(role, input);
    roles.set(role, known);
    return known;
  };
  const nameAt = (resource: Resource, argument: string) => knownText(input.follow(field(resource, argument), resource));

  /** The rule by which the path is fetched; `ROOT` is of every path. */
  const ruleOf = (path: string) => {
    const fitting = rules
      .map((rule) => ({ rule, prefix: nameAt(rule, "ecr_repository_prefix") }))
      .filter(({ prefix }) => prefix === "ROOT" || (prefix !== undefined && path.startsWith(`${prefix}/`)));
    const rank = (prefix: string | undefined) => (prefix === "ROOT" ? 0 : (prefix?.length ?? 0));
    return fitting.sort((a, b) => rank(b.prefix) - rank(a.prefix))[0]?.rule;
  };

  function* supply(image: ImageReference, isHere: Ternary, rule: Resource | undefined): Generator<PullObstacle> {
    if (rule) {
      const upstream = nameAt(rule, "upstream_registry_url") ?? "?";
      const login = field(rule, "credential_arn") ?? field(rule, "custom_role_arn");
      if (WITHOUT_LOGIN.has(upstream) || login !== undefined) return;
      yield {
        certain: upstream !== "?",
        why: `ECR fetches nothing from ${upstream} without a login`,
        remedy: "Give the pull-through rule the ARN of a secret with a login (images.credentials).",
        at: rule,
      };
    } else if (!context.isPutThere?.(image)) {
      yield {
        certain: isHere === true && !rules.some((one) => isOpaque(text(field(one, "ecr_repository_prefix")))),
        why: `the input has neither a repository '${image.path}' nor a pull-through rule for it`,
        remedy: "Add a pull-through rule for the path (images.upstreams), or a repository that somebody fills.",
      };
    }
  }

  const roleOf = ({ resource }: NodePool) => {
    const target = input.find(field(resource, "node_role_arn"), resource, "role of nodes");
    const role = target.kind === "resource" ? target.resource : undefined;
    return role?.type === "aws_iam_role" && role.mode === "managed" ? role : undefined;
  };

  function* rights(arn: string, actions: readonly string[], pool: NodePool): Generator<PullObstacle> {
    const role = roleOf(pool);
    if (!role) {
      yield {
        certain: false,
        why: `what the role of ${pool.name}'s nodes may do is not in the input`,
        remedy: "Judge the role together with the nodes.",
        at: pool.resource,
      };
      return;
    }
    const asked = [["ecr:GetAuthorizationToken", "*"] as const, ...actions.map((action) => [action, arn] as const)];
    const answers = asked.map(([action, resource]) => [action, allows(permissions(role), action, resource)] as const);
    if (answers.every(([, answer]) => answer === true)) return;
    // Registry and repositories may allow it, too.
    const saysMore = input.managed("aws_ecr_registry_policy", "aws_ecr_repository_policy").length > 0;
    const certain = !saysMore && answers.some(([, answer]) => answer === false);
    const lacking = answers
      .filter(([, answer]) => answer === false || (!certain && answer !== true))
      .map(([action]) => action);
    yield {
      certain,
      why: certain
        ? `${role.address} is not allowed ${lacking.join(", ")} there`
        : `whether ${role.address} is allowed ${lacking.join(", ")} there can't be told`,
      remedy: "Allow the nodes' role to pull from these repositories.",
      at: role,
    };
  }

  return (image, pool) => {
    const [, account = "", region = "", , china = ""] = HOST.exec(image.host) ?? [];
    if (account === "") return undefined;
    const obstacles: PullObstacle[] = [];
    const isOther = context.account !== undefined && account !== context.account;
    if (context.region !== undefined && region !== context.region) {
      const why = `the endpoints of the input reach ECR in ${context.region} only`;
      obstacles.push({ certain: true, why, remedy: `Copy the image to a registry in ${context.region}.` });
    }
    const repository = repositories.find((one) => nameAt(one, "name") === image.path);
    const rule = isOther || repository ? undefined : ruleOf(image.path);
    if (isOther || !repository) {
      const isHere = context.account === undefined ? "unknown" : !isOther;
      obstacles.push(...supply(image, isHere, rule));
    }
    const arn = `arn:aws${china === "" ? "" : "-cn"}:ecr:${region}:${account}:repository/${image.path}`;
    obstacles.push(...rights(arn, rule ? [...PULL, ...PULL_THROUGH] : PULL, pool));
    obstacles.push(...atEndpoints({ repository: arn, region, account: context.account }));
    if (isOther) {
      const why = `whether account ${account} lets these nodes pull is not in the input`;
      obstacles.push({ certain: false, why, remedy: OTHER_ACCOUNT, at: roleOf(pool) ?? pool.resource });
    }
    return obstacles;
  };
}
