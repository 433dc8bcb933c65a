/** The script against a registry on this machine: public ones are not reached by tests. */
import { readFileSync } from "node:fs";
import { CLOUDS } from "../../config/deployment";
import { IMAGE_LOCK } from "../../config/image-lock";
import { imagesOf, sourceReference, taggedSources } from "../../config/images";
import { lockOf, refresh } from "../../scripts/images-lock";
import { DIGEST } from "../../scripts/manifest-digest";
import { deploymentOn } from "../support/deployments";
import { scratchFolder, writeFiles } from "../support/scratch";
import { end, startRegistry, type RegistryState } from "../support/registry";

const ALL = { connectors: true, imageBuilder: true, metrics: true };
const digest = (character: string) => `sha256:${character.repeat(64)}`;
const [APP, SIDE, MOVED] = [digest("a"), digest("b"), digest("c")];

const HEALTHY = { answer: undefined, tokenAnswer: undefined, challenge: undefined, open: false };
const state: RegistryState = { images: {} };
let registry: Awaited<ReturnType<typeof startRegistry>>;

beforeAll(async () => {
  registry = await startRegistry(state);
});
afterAll(() => registry.stop());
beforeEach(() => {
  Object.assign(state, HEALTHY);
  state.images = { "team/app:1.0": APP, "side:2": SIDE };
  registry.asked.length = 0;
});

const at = (image: string) => `${registry.host}/${image}`;

test("tells the digest of each image, with a token for its repository, and downloads none", async () => {
  expect(await lockOf([at("team/app:1.0"), at("side:2")])).toEqual({ [at("team/app:1.0")]: APP, [at("side:2")]: SIDE });
  expect(registry.asked.filter((request) => request.includes("/side/"))).toHaveLength(2);
  expect(registry.asked.some((request) => request.startsWith("GET /v2/"))).toBe(false);
});

test.each([
  ["without a token", (): void => void (state.open = true)],
  [
    "with a token by its other name",
    (): void => void (state.tokenAnswer = (response) => end(response, 200, {}, '{"access_token": "token-of-side"}')),
  ],
])("asks a registry that takes anybody %s", async (_name, arrange) => {
  arrange();
  expect(await lockOf([at("side:2")])).toEqual({ [at("side:2")]: SIDE });
});

describe("says what is wrong, with the image and its registry", () => {
  const status = (code: number) => (): void => void (state.answer = (response) => end(response, code));
  const token = (code: number, body?: string) => (): void =>
    void (state.tokenAnswer = (response) => end(response, code, {}, body));
  const answers = (headers: Record<string, string>) => (): void =>
    void (state.answer = (response) => end(response, 200, headers));
  const challenge = (text: string | null) => (): void => void (state.challenge = text);

  test.each([
    ["an image that is not there", () => void (state.images = {}), "HOST has no such image (HTTP 404)"],
    ["a login", challenge('Basic realm="tests"'), "HOST asks for a login"],
    ["a login of an unknown kind", challenge(null), "HOST asks for a login (HTTP 401)"],
    ["a token that does not do", token(200, '{"token": "old"}'), "HOST asks for a login (HTTP 401)"],
    ["a refusal", status(403), "HOST refuses anonymous reads (HTTP 403)"],
    ["too many requests", status(429), "HOST was asked too often, try again later (HTTP 429)"],
    ["a registry that is not well", status(503), "HOST answers what is not understood (HTTP 503)"],
    ["no token for anybody", token(401), "HOST asks for a login (HTTP 401)"],
    ["an answer without a token", token(200, "{}"), "HOST answers without a token"],
    ["a token service that is none", token(200, "<html>"), "HOST answers without a token"],
    ["no digest", answers({}), "HOST answers without a digest"],
    [
      "a digest that is none",
      answers({ "docker-content-digest": "md5:1" }),
      "HOST answers with 'md5:1', which is no digest (allowed: sha256:...)",
    ],
    [
      "a token service in the clear",
      challenge('Bearer realm="http://169.254.169.254/token"'),
      "HOST names a token service that is not 'https': http://169.254.169.254/token",
    ],
    [
      "a token service of this machine's own",
      challenge('Bearer realm="http://localhost:8080/token"'),
      "HOST names a token service that is not 'https': http://localhost:8080/token",
    ],
  ])("%s", async (_name, arrange, message) => {
    arrange();
    await expect(lockOf([at("side:2")])).rejects.toThrow(`${at("side:2")}: ${message.replace("HOST", registry.host)}`);
  });

  test("a registry that is not reachable", async () => {
    const gone = await startRegistry(state);
    await gone.stop();
    await expect(lockOf([`${gone.host}/side:2`])).rejects.toThrow(
      `${gone.host}/side:2: ${gone.host} is not reachable (ECONNREFUSED)`,
    );
  });

  test("every image that fails, a line each", async () => {
    await expect(lockOf([at("team/app:9"), at("side:2"), at("side:9")])).rejects.toThrow(
      `${at("team/app:9")}: ${registry.host} has no such image (HTTP 404)\n${at("side:9")}: ${registry.host} has no such image (HTTP 404)`,
    );
  });
});

describe("the file", () => {
  const file = scratchFolder()("images.lock.json");
  const read = () => JSON.parse(readFileSync(file, "utf8")) as unknown;
  const old = () => ({ [at("team/app:1.0")]: MOVED, [at("gone:1")]: APP });
  const references = () => [at("team/app:1.0"), at("side:2")];

  test("has the digests of the references and no others, and what changed is told", async () => {
    writeFiles({ [file]: old() });
    expect(await refresh(file, references())).toEqual([
      `removed  ${at("gone:1")}`,
      `added    ${at("side:2")} ${SIDE}`,
      `moved    ${at("team/app:1.0")} ${MOVED} -> ${APP}`,
    ]);
    expect(read()).toEqual({ [at("team/app:1.0")]: APP, [at("side:2")]: SIDE });
    expect(await refresh(file, references())).toEqual([]);
  });

  test("stays as it was where one registry does not tell", async () => {
    writeFiles({ [file]: old() });
    await expect(refresh(file, [...references(), at("side:9")])).rejects.toThrow("has no such image");
    expect(read()).toEqual(old());
  });
});

test("every entry of images.lock.json is a digest of an image that some deployment names by its tag", () => {
  expect(taggedSources()).toEqual(expect.arrayContaining(Object.keys(IMAGE_LOCK)));
  expect(Object.values(IMAGE_LOCK).filter((digest) => !DIGEST.test(digest))).toEqual([]);
});

test("every image that the chart does not name by its digest can be locked", () => {
  for (const cloud of CLOUDS) {
    for (const workloads of ["stack", "chart"]) {
      const deployment = deploymentOn(cloud, { workloads, components: ALL });
      const tagged = Object.values(imagesOf(deployment)).filter(({ digest }) => digest === undefined);
      expect(taggedSources()).toEqual(
        expect.arrayContaining(tagged.map((image) => sourceReference(deployment, image))),
      );
    }
  }
});
