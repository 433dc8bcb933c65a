/** Variables of the environment for each test of one file; those that a test sets besides are taken back too. */
export function testEnvironment(variables: Readonly<Record<string, string>>): void {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  beforeEach(() => Object.assign(process.env, variables));
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });
}
