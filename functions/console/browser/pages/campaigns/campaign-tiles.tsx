import type { Campaign } from '../../api/campaigns.ts'
import { concernedIn } from '../../api/tally.ts'
import { CountTile } from '../../parts/count-tile.tsx'

/** The counts that one watches, each leading to its eUICCs. */
export function CampaignTiles({ campaign: { id, total } }: { readonly campaign: Campaign }) {
  const list = `/console/campaigns/${id}`
  const note = (count: number, what: string) => (count === 0 ? undefined : `${count} ${what}`)
  return (
    <section class="tiles" aria-label="eUICCs now">
      <CountTile label="Concerned" value={concernedIn(total)} href={list} note="eUICCs in all waves" />
      <CountTile
        label="Waiting"
        value={total.waiting}
        href={`${list}?status=waiting`}
        note="for their wave"
      />
      <CountTile
        label="Queued"
        tone="idle"
        value={total.queued}
        href={`${list}?status=queued`}
        note={note(total.retrying, 'to be tried again')}
      />
      <CountTile label="Delivered" tone="busy" value={total.delivered} href={`${list}?status=delivered`} />
      <CountTile label="Succeeded" tone="good" value={total.succeeded} href={`${list}?status=succeeded`} />
      <CountTile
        label="Failed"
        tone="bad"
        value={total.failed}
        href={`${list}?status=failed`}
        note={note(total.expired, 'expired')}
      />
      <CountTile label="Lost" tone="warn" value={total.lost} href={`${list}?status=lost`} />
      <CountTile label="Left out" value={total.skipped} href={`${list}?status=skipped`} />
    </section>
  )
}
