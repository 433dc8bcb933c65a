import type { AzureDeployment } from "../../config/deployment";
import { cachedImages, cachedUpstreams, cachePath } from "../../config/images";
import { UPSTREAMS, type Upstream } from "../../config/upstreams";
import type { CachedRepository, UpstreamLogin } from "../../constructs/azure/registry";

/** A cache for each image; for whole registries, where images are built or tasks bring them, since users choose which. */
export function imageCaches(deployment: AzureDeployment): Record<string, CachedRepository> {
  const { components, images } = deployment;
  const cache = (upstream: Upstream, path: string) => ({
    source: `${UPSTREAMS[upstream]}/${path}`,
    target: `${cachePath(deployment, upstream)}/${path}`,
    ...(images.credentials[upstream] && { login: loginName(upstream) }),
  });
  const whole = components.imageBuilder ? cachedUpstreams(deployment) : images.upstreams;
  return {
    ...Object.fromEntries(
      cachedImages(deployment).map(([name, { upstream, repository }]) => [
        name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        cache(upstream, repository),
      ]),
    ),
    ...Object.fromEntries(whole.map((upstream) => [`all-of-${upstream}`, cache(upstream, "*")])),
  };
}

const loginName = (upstream: string) => `login-${upstream}`;

/** Logins to public registries, by name. */
export const upstreamLogins = ({ images }: AzureDeployment): Record<string, UpstreamLogin> =>
  Object.fromEntries(
    Object.entries(images.credentials).map(([upstream, login]) => [
      loginName(upstream),
      { host: UPSTREAMS[upstream as Upstream], ...login },
    ]),
  );
