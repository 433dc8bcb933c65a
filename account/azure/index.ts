/**
 * A subscription of Azure, by Resource Graph: every resource of it, of whatever type, and every assignment of a role.
 *
 * Microsoft, "Resources" of the Resource Graph REST API
 * (https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources) and "Working with large
 * Azure resource data sets" (https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data): up to
 * 1000 rows a page, and `$skipToken` where there are more.
 */
import { AccountError, type Account, type CollectedRecord, type FailedCall, type Page } from "../account";
import { keeper } from "../kept";
import { RestError } from "../rest";
import { FOLLOWED, type Followed } from "./followed";
import { OF_ALL, type Kind } from "./kind";
import { COMPUTE } from "./kinds/compute";
import { NETWORK } from "./kinds/network";
import { SERVICES } from "./kinds/services";
import { STORAGE } from "./kinds/storage";
import { GRAPH, PERMISSIONS } from "./rights";
import { azureServices, type Services } from "./services";

/** Every kind that more than the name is kept of. */
export const KINDS: readonly Kind[] = [...NETWORK, ...COMPUTE, ...SERVICES, ...STORAGE];

/** The file of resources of every other type: what they are, and no more. */
const OTHERS = "other-resources";

const VERSION = "2022-10-01";
const LARGEST_PAGE = 1000;

/** Tables of Resource Graph, each a query. */
const TABLES = [
  "resources",
  "resourcecontainers | where type =~ 'microsoft.resources/subscriptions/resourcegroups'",
  "authorizationresources",
];

interface Rows {
  readonly data?: readonly Row[];
  readonly $skipToken?: string;
  readonly resultTruncated?: string;
}
interface Row {
  readonly id: string;
  readonly type: string;
}

/**
 * A subscription, as the default credential sees it.
 *
 * @throws AccountError if that can't be used
 */
export async function azureAccount(subscription: string): Promise<Account> {
  const services = azureServices();
  await services.rest.ready();
  return {
    cloud: "azure",
    scope: { account: subscription },
    kinds: [...KINDS.map(({ name }) => name), OTHERS, ...FOLLOWED.map(({ name }) => name)],
    pages: async function* () {
      /** Ids of resources that more is asked of, by kind. */
      const ids = new Map(FOLLOWED.map(({ of }): [string, string[]] => [of, []]));
      yield* blindness(services, subscription);
      for (const table of TABLES) yield* rowsOf(services, subscription, table, ids);
      for (const followed of FOLLOWED) yield* partsOf(services, followed, ids.get(followed.of) ?? []);
    },
  };
}

interface Parts {
  readonly value?: readonly object[];
  readonly nextLink?: string;
}
interface Permissions {
  readonly value?: readonly { readonly actions?: readonly string[]; readonly notActions?: readonly string[] }[];
}

/**
 * Resource Graph leaves out what the caller may not read, without a word: so it is asked whether they may read all.
 *
 * Microsoft, "Permissions - List for resource group" and its like for a subscription
 * (https://learn.microsoft.com/rest/api/authorization/permissions): what each of the caller's roles allows there.
 */
async function* blindness({ rest, manager }: Services, subscription: string): AsyncGenerator<Page> {
  const url = `${manager}/subscriptions/${subscription}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
  try {
    const { value = [] } = (await rest.ask({ url })) as Permissions;
    const seesAll = value.some(
      ({ actions = [], notActions = [] }) =>
        actions.some((action) => action === "*" || action === GRAPH) && notActions.every((not) => !READS.test(not)),
    );
    if (seesAll) return;
    const message = "Resource Graph leaves out what may not be read, without a word";
    yield { failed: { kind: OTHERS, call: GRAPH, lacks: GRAPH, message } };
  } catch (error) {
    yield { failed: failedCall(OTHERS, PERMISSIONS, error) };
  }
}

/** Actions that may be of those that read. */
const READS = /(\*|\/read)$/i;

async function* rowsOf(
  { rest, manager }: Services,
  subscription: string,
  table: string,
  ids: ReadonlyMap<string, string[]>,
): AsyncGenerator<Page> {
  const byType = new Map(KINDS.map(({ name, type, fields }) => [type, { name, keep: keeper(fields) }]));
  const other = { name: OTHERS, keep: keeper(OF_ALL) };
  const url = `${manager}/providers/Microsoft.ResourceGraph/resources?api-version=${VERSION}`;
  const query = `${table} | project id, name, type, location, kind, sku, identity, properties | order by id asc`;
  for (let token: string | undefined = ""; token !== undefined;) {
    const options = { resultFormat: "objectArray", $top: LARGEST_PAGE, ...(token !== "" && { $skipToken: token }) };
    let answer: Rows;
    try {
      answer = (await rest.ask({ url, body: { subscriptions: [subscription], query, options } })) as Rows;
    } catch (error) {
      yield { failed: failedCall(OTHERS, GRAPH, error) };
      return;
    }
    const byKind = new Map<string, CollectedRecord[]>();
    for (const row of answer.data ?? []) {
      const { name, keep } = byType.get(row.type.toLowerCase()) ?? other;
      const records = byKind.get(name) ?? [];
      records.push(keep(row));
      byKind.set(name, records);
      ids.get(name)?.push(row.id);
    }
    for (const [kind, records] of byKind) yield { kind, records };
    token = answer.$skipToken;
    if (token === undefined && answer.resultTruncated === "true") {
      yield { failed: { kind: OTHERS, call: GRAPH, message: "the answer is cut off, and does not say how to go on" } };
    }
  }
}

async function* partsOf(
  { rest, manager }: Services,
  { name, right, path: within, version, fields }: Followed,
  ids: readonly string[],
): AsyncGenerator<Page> {
  const keep = keeper(fields);
  for (const of of ids) {
    for (let path: string | undefined = `${of}/${within}?api-version=${version}`; path !== undefined;) {
      try {
        const answer = (await rest.ask({ url: manager + path })) as Parts;
        yield { kind: name, records: (answer.value ?? []).map((record) => ({ of, ...keep(record) })) };
        path = pathOf(answer.nextLink);
      } catch (error) {
        // An account of another sort has no such part.
        if (error instanceof RestError && error.status === 404) break;
        yield { failed: failedCall(name, right, error) };
        return;
      }
    }
  }
}

/** The token goes nowhere else, whatever a link says. */
function pathOf(link: string | undefined): string | undefined {
  if (link === undefined) return undefined;
  const { pathname, search } = new URL(link);
  return pathname + search;
}

function failedCall(kind: string, call: string, error: unknown): FailedCall {
  if (error instanceof AccountError || !(error instanceof RestError)) throw error;
  return { kind, call, lacks: error.isRefusal ? call : undefined, message: error.message };
}
