import { setTimeout as sleep } from "node:timers/promises";

/** Most seconds until something comes about: controllers and kwok need one or two, and a busy machine more. */
const PATIENCE_SECONDS = 45;

/** What `attempt` gives, once it does not throw any more. @throws what it throws when patience ends */
export async function until<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
