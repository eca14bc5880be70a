/** What a group of sessions answers; null: the token was used before. */
import type { ClaimAnswer, SaveAnswer, SaveRequest } from '../../shared/gateway/session-store-message.ts'
import type { UsedToken } from '../transport/used-token.ts'

export interface SessionGroupInterface {
  save(token: UsedToken, sessions: SaveRequest['sessions']): Promise<SaveAnswer['sessions'] | null>
  claim(token: UsedToken, name: string): Promise<ClaimAnswer | null>
  remove(token: UsedToken, sessions: readonly { name: string; generation: number }[]): Promise<true | null>
}

export interface SessionGroupNamespace {
  getByName(name: string): SessionGroupInterface
}
