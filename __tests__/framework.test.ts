import { createRequire } from "node:module";
import { App, DefaultTokenResolver, StringConcat, TerraformStack, Token } from "../framework";

interface Resolving {
  readonly resolve: (value: unknown, options: object) => unknown;
}

const load = createRequire(__filename);
const file = load.resolve("cdktf/lib/tokens/private/resolve");
const { resolve } = load(file) as Resolving;
const { [file]: ours } = load.cache;
// The framework's own, as nobody has changed it.
Reflect.deleteProperty(load.cache, file);
const { resolve: framework } = load(file) as Resolving;
load.cache[file] = ours;

const options = {
  scope: new TerraformStack(new App(), "stack"),
  resolver: new DefaultTokenResolver(new StringConcat()),
};
const token = Token.asString({ resolve: () => "a.b.c" });

describe("what holds no token is resolved as by the framework, and so is what does", () => {
  test.each<[name: string, value: unknown]>([
    ["texts", ["", "plain", "${written} }", "1e5", "10.0.0.0/8|e-", 'quoted "text"\n']],
    ["numbers", [0, 1, -1, 1.5, 1e21, NaN, Infinity]],
    ["what is not there", { a: undefined, b: null, c: [undefined, null, 1], d: {}, e: [] }],
    ["true and false", { on: true, off: false }],
    ["a date", { at: new Date(0) }],
    ["tokens in texts", { whole: token, part: `x-${token}-y`, both: `${token}${token}`, escaped: `\${no} ${token}` }],
    ["a token as a name", { [token]: { [`x${token}`]: 1 } }],
    [
      "lists that are tokens",
      { list: Token.asList({ resolve: () => ["a", token] }), among: ["a", token, { b: token }] },
    ],
    [
      "numbers that are tokens",
      { n: Token.asNumber({ resolve: () => 7 }), list: [1, Token.asNumber({ resolve: () => 8 })] },
    ],
    ["maps that are tokens", { map: Token.asStringMap({ resolve: () => ({ a: token }) }) }],
    ["objects that resolve", { a: [{ b: { resolve: () => ({ c: token, d: undefined }) } }] }],
    ["names that are numbers", { 2: "b", 1: "a", list: [{ 1: token }] }],
  ])("%s", (_, value) => {
    const resolved = resolve(value, options);
    expect(resolve).not.toBe(framework);
    expect(resolved).toStrictEqual(framework(value, options));
    expect(JSON.stringify(resolved)).toBe(JSON.stringify(framework(value, options)));
  });

  test.each([
    ["a function", { a: [{ b: () => 1 }] }],
    ["a construct", { a: { b: options.scope } }],
    ["a part of a map that is a token", { a: Token.STRING_MAP_TOKEN_VALUE, b: [Token.NUMBER_MAP_TOKEN_VALUE] }],
  ])("%s can't be resolved, and is named by its path", (_, value) => {
    const errorOf = (one: Resolving["resolve"]) => {
      try {
        return one(value, options);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(errorOf(framework)).toEqual(expect.any(String));
    expect(errorOf(resolve)).toEqual(errorOf(framework));
  });
});
