/** An account of AWS, in one region. */
import { AccountError, type Account } from "../account";
import { keeper } from "../kept";
import { Asking, type Kind } from "./kind";
import { ACCELERATORS } from "./kinds/accelerators";
import { COMPUTE } from "./kinds/compute";
import { EDGE } from "./kinds/edge";
import { LATTICE } from "./kinds/lattice";
import { NETWORK } from "./kinds/network";
import { STORAGE } from "./kinds/storage";
import { servicesIn } from "./services";

/** Every kind that is asked for. */
export const KINDS: readonly Kind[] = [...NETWORK, ...COMPUTE, ...EDGE, ...ACCELERATORS, ...LATTICE, ...STORAGE];

/**
 * The account that the environment's credentials are of.
 *
 * @param account what it must be; undefined: whichever it is
 * @throws AccountError if the credentials can't be used, or are of another account
 */
export async function awsAccount(region: string, account?: string): Promise<Account> {
  const services = servicesIn(region);
  const { sdk, client } = services.sts;
  const identity = await client.send(new sdk.GetCallerIdentityCommand({})).catch((error: unknown) => {
    throw new AccountError(`sts:GetCallerIdentity: ${error instanceof Error ? error.message : String(error)}`);
  });
  const own = identity.Account ?? "";
  if (account !== undefined && own !== account) {
    throw new AccountError(`the credentials are of the account ${own} (needed: ${account})`);
  }
  return {
    cloud: "aws",
    scope: { account: own, region },
    kinds: KINDS.map(({ name }) => name),
    pages: async function* () {
      for (const { name: kind, fields, answers } of KINDS) {
        const ask = new Asking(kind);
        const keep = keeper(fields);
        for await (const page of answers(services, ask)) yield { kind, records: page.map(keep) };
        for (const failed of ask.failed) yield { failed };
      }
    },
  };
}
