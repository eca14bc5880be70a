/** Which events are worth another look at a campaign, and how often. */
import type { LiveEvent } from '../live/stream.ts'

/** A campaign of a hundred thousand tells of itself more often than anybody can read. */
export const CAMPAIGN_GATHERING_MS = 1000

/** For `useResource`: what happened to one campaign, or to an eUICC on its behalf. */
export function concernsCampaign(id: string): (event: LiveEvent) => boolean {
  return ({ subject, data }) => subject === id || data.campaign === id
}
