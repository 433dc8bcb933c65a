/** Calls of AWS's API, each by the right that it needs. */
import type { AwsDeployment } from "../../config/deployment";
import { codeOf, failedCall } from "../../account/aws/kind";
import type { Services } from "../../account/aws/services";
import { once, UntoldError } from "../check";
import type { Stacks } from "../stacks";
import type { PreflightRight } from "./rights";

/** What the checks of AWS know. */
export interface Looking {
  readonly deployment: AwsDeployment;
  readonly stacks: Stacks;
  readonly services: Services;
}

/** What one call tells. @throws UntoldError where it fails */
export async function asked<Told>(right: PreflightRight, call: Promise<Told>): Promise<Told> {
  try {
    return await call;
  } catch (error) {
    throw new UntoldError(failedCall(right, error));
  }
}

/** What one call tells; undefined where the service says by one of these codes that there is none. */
export async function askedFor<Told>(
  right: PreflightRight,
  call: Promise<Told>,
  none: readonly string[],
): Promise<Told | undefined> {
  return asked(
    right,
    call.catch((error: unknown) => {
      if (none.includes(codeOf(error))) return undefined;
      throw error;
    }),
  );
}

/** Everything that a call lists, asked for once. */
export function listedOnce<Page, Item>(
  right: PreflightRight,
  pages: () => AsyncIterable<Page>,
  of: (page: Page) => readonly Item[] | undefined,
): () => Promise<readonly Item[]> {
  return once(() =>
    asked(
      right,
      (async () => {
        const items: Item[] = [];
        for await (const page of pages()) items.push(...(of(page) ?? []));
        return items;
      })(),
    ),
  );
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Something that may have tags. */
export interface Tagged {
  readonly Tags?: readonly Tag[] | undefined;
}

/** Whether something is of the deployment itself, by the tag that its stacks give everything. */
export const isOwn = ({ name }: AwsDeployment, tags: readonly Tag[] | undefined): boolean =>
  tags?.some(({ Key, Value }) => Key === "union:deployment" && Value === name) ?? false;

/** Those that are not the deployment's own. */
export const ofOthers = <Item extends Tagged>(deployment: AwsDeployment, items: readonly Item[]): readonly Item[] =>
  items.filter(({ Tags }) => !isOwn(deployment, Tags));
