/** One webhook endpoint: how its deliveries go, what waits, what died, and how to send it again. */
import { useResource } from '../../api/resource.ts'
import type { EndpointDetail } from '../../api/webhooks.ts'
import { percent } from '../../charts/scale.ts'
import { Ago } from '../../parts/ago.tsx'
import { CountTile } from '../../parts/count-tile.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Copyable } from '../../parts/identifier.tsx'
import { Loaded } from '../../parts/notice.tsx'
import { Page, Panel } from '../../parts/page.tsx'
import { Pair } from '../../parts/pair.tsx'
import { DeliveryList } from './delivery-list.tsx'
import { EndpointActions } from './endpoint-actions.tsx'
import { EndpointBadge } from './endpoints-page.tsx'

/** Any event may be one that is delivered here. */
const GATHERING_MS = 1000

export function EndpointPage({ params: { id = '' } }: { readonly params: { readonly id?: string } }) {
  const endpoint = useResource<EndpointDetail>(`/v1/webhook-endpoints/${id}`, () => true, GATHERING_MS)
  const { value, reload } = endpoint
  return (
    <Page
      title={value?.description || 'Webhook endpoint'}
      trail={[{ label: 'Webhooks', href: '/console/webhooks' }]}
      aside={value && <EndpointBadge disabled={value.disabled} />}
      actions={value && <EndpointActions endpoint={value} onChanged={reload} />}
    >
      <Loaded resource={endpoint} what="the endpoint">
        {(known) => (
          <>
            <Standing endpoint={known} />
            <DeliveryTiles endpoint={known} />
            <DeliveryList id={id} isEnabled={known.disabled === null} />
            <Panel title="Endpoint">
              <dl class="pairs">
                <Pair name="Address">
                  <Copyable value={known.url} name="address" plain />
                </Pair>
                <Pair name="Events">
                  <span class="mono">{known.types.join(' ')}</span>
                </Pair>
                <Pair name="Format">{known.format}</Pair>
                <Pair name="Made">
                  <Ago at={known.createdAt} />
                </Pair>
                <Pair name="Id">
                  <Copyable value={known.id} name="endpoint id" plain />
                </Pair>
              </dl>
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Standing({
  endpoint: { disabled, failingSince, pausedUntil },
}: {
  readonly endpoint: EndpointDetail
}) {
  if (disabled !== null) {
    return (
      <section class="notice bad" aria-label="Why nothing is sent">
        <Icon name="warning" />
        <div>
          <p>
            <strong>Nothing is sent</strong>
          </p>
          <p>
            It is disabled: {disabled}. What happens meanwhile is not kept for it: replay it after you enabled
            it.
          </p>
        </div>
      </section>
    )
  }
  if (failingSince === null && pausedUntil === null) return null
  return (
    <section class="notice warn" aria-label="How it goes">
      <Icon name="warning" />
      <div>
        {failingSince !== null && (
          <p>
            Deliveries fail; the first one did <Ago at={failingSince} />.
          </p>
        )}
        {pausedUntil !== null && (
          <p>
            It asked to be left alone: next try <Ago at={pausedUntil} />.
          </p>
        )}
      </div>
    </section>
  )
}

function DeliveryTiles({ endpoint: { id, deliveries } }: { readonly endpoint: EndpointDetail }) {
  const { waiting, delivered, dead } = deliveries
  const list = `/console/webhooks/${id}`
  const ended = delivered + dead
  return (
    <section class="tiles" aria-label="Deliveries">
      <CountTile
        label="Delivery rate"
        value={ended === 0 ? '–' : percent(delivered / ended)}
        note="of those that ended"
        href={list}
      />
      <CountTile label="Waiting" tone="busy" value={waiting} href={`${list}?state=waiting`} />
      <CountTile label="Delivered" tone="good" value={delivered} href={`${list}?state=delivered`} />
      <CountTile
        label="Dead"
        tone="bad"
        value={dead}
        href={`${list}?state=dead`}
        note="tried for three days"
      />
    </section>
  )
}
