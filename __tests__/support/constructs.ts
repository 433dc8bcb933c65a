import { Testing, type Construct } from "../../framework";

/** A value of the synthesized JSON. */
// Tests read deep into documents whose shape Terraform defines; a wrong path fails the test that takes it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** Synthesized resources by type and name, with the ways in which tests look at them. */
export class Synthesized {
  private constructor(
    private readonly byType: Readonly<Record<string, Readonly<Record<string, Json>>>>,
    /** Local values by name. */
    readonly locals: Readonly<Record<string, Json>>,
  ) {}

  /** What `build` adds to an empty stack. */
  static of(build: (scope: Construct) => void): Synthesized {
    const { resource = {}, locals = {} } = JSON.parse(Testing.synthScope(build));
    return new Synthesized(resource, locals);
  }

  get types(): string[] {
    return Object.keys(this.byType).sort();
  }

  all(type: string): Json[] {
    return Object.values(this.byType[type] ?? {});
  }

  /** The one resource of a type, or of a type and what its attributes say. */
  one(type: string, attributes: Readonly<Record<string, unknown>> = {}): Json {
    const found = this.all(type).filter((resource) =>
      Object.entries(attributes).every(([name, value]) => resource[name] === value),
    );
    if (found.length !== 1) throw new Error(`${found.length} of ${type} ${JSON.stringify(attributes)}`);
    return found[0];
  }

  /** The address of the one such resource. */
  address(type: string, attributes: Readonly<Record<string, unknown>> = {}): string {
    const found = this.one(type, attributes);
    return `${type}.${Object.entries(this.byType[type] ?? {}).find(([, resource]) => resource === found)?.[0]}`;
  }
}

/** Statements of a policy document. */
export function statements(document: string): Json[] {
  return JSON.parse(document).Statement;
}

/** The statement of a policy document that has this Sid. */
export function statement(document: string, sid: string): Json {
  const found = statements(document).find(({ Sid }) => Sid === sid);
  if (!found) throw new Error(`no statement '${sid}'`);
  return found;
}
