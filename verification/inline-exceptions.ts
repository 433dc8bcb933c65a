/** Exceptions that comments of the input declare, beside what they are for. */
import { exception as exceptionFields } from "../config/fields";
import { listed } from "./crossings";
import type { Covering } from "./exceptions";
import { InputError } from "./input-error";
import type { Finding, Location, Resource } from "./model";
import type { Exception } from "./policy";
import { INLINE_EXCEPTION } from "./readers/inline-exceptions";
import { shown } from "../config/texts";

/** An exception, and the comment that declares it. */
export interface InlineException extends Exception {
  readonly location: Location;
}

/** The exceptions of an input: each comment is one, whatever number of instances and modules it is for. */
export class InlineExceptions {
  private readonly byPlace = new Map<string, InlineException>();

  /**
   * @param ids of every invariant that can be departed from
   * @throws InputError that names the comment, if one is of another form, names no invariant, or stands beside nothing
   */
  constructor(resources: readonly Resource[], ids: readonly string[]) {
    const places = new Map<string, Resource[]>();
    for (const comment of commentsOf(resources)) {
      const place = placeOf(comment);
      places.set(place, [...(places.get(place) ?? []), comment]);
    }
    for (const [place, comments] of places) this.byPlace.set(place, declared(comments, ids));
  }

  get all(): readonly InlineException[] {
    return [...this.byPlace.values()];
  }

  /** Those of one system, with what each covers there. */
  in(resources: readonly Resource[]): Covering[] {
    return commentsOf(resources).flatMap((comment): Covering[] => {
      const exception = this.byPlace.get(placeOf(comment));
      const { address, first } = comment.values;
      if (!exception || typeof address !== "string") return [];
      const { file } = comment.location;
      const covers = ({ invariant, resource, location }: Finding) =>
        invariant === exception.id && (isOf(resource, address) || (location.file === file && location.line === first));
      return [{ exception, covers }];
    });
  }
}

const commentsOf = (resources: readonly Resource[]) => resources.filter(({ type }) => type === INLINE_EXCEPTION);

const placeOf = ({ location: { file, line } }: Resource): string => `${file}:${line}`;

/** Whether a finding's resource is one, or an instance, or of a module, or is named with the part of the input before it. */
function isOf(resource: string, address: string): boolean {
  const own = resource.endsWith(`/${address}`) ? address : resource;
  if (own === address || own.startsWith(`${address}[`)) return true;
  return /^(.*\.)?module\.[^.]+$/.test(address) && own.startsWith(`${address}.`);
}

const FORM = "dataplane:except ID until YYYY-MM-DD REASON";

function declared(comments: readonly Resource[], ids: readonly string[]): InlineException {
  const [{ location, values }] = comments as [Resource];
  const fault = (what: string): never => {
    throw new InputError(location.file, location.line, what);
  };
  const said = shown(values["text"]);
  const addresses = [...new Set(comments.flatMap((one) => one.values["address"] ?? []))].map(String);
  const [, word = "", id = "", until = "", expires = "", reason = ""] =
    /^(\S*)(?:\s+(\S+))?(?:\s+(until)(?:\s+(\S+))?)?(?:\s+(.*))?$/.exec(said) ?? [];
  if (word !== "except") fault(`'dataplane:${word}' is no comment that is understood (allowed: ${FORM})`);
  if (!ids.includes(id)) fault(`the exception names no invariant: '${id}' (allowed: ${ids.join(", ")})`);
  if (until === "" || expires === "") fault(`the exception has no last day (allowed: ${FORM})`);
  const resource = listed(addresses);
  const checked = exceptionFields.safeParse({ id, resource: resource || "-", reason, expires });
  const [issue] = checked.error?.issues ?? [];
  if (issue?.path[0] === "reason")
    fault(`the exception's reason is too short: '${reason}' (allowed: at least 10 characters)`);
  if (issue) fault(`the exception's last day ${issue.message}`);
  if (addresses.length === 0) {
    fault(
      "the exception stands beside nothing that is judged (allowed: directly above or below the first line of a " +
        "resource, data or module block, or of an object)",
    );
  }
  return { id, resource, reason, expires, location };
}
