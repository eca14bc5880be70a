/** The doors for an operator's own systems: each trigger, what it waits for, and whether it is open. */
import { type Page as ListPage, query } from '../../api/client.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import type { Trigger } from '../../api/triggers.ts'
import { Ago } from '../../parts/ago.tsx'
import { Badge } from '../../parts/badge.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSearch } from '../../shell/location.ts'

const COLUMNS: readonly Column<Trigger>[] = [
  { title: 'Trigger', cell: ({ id, name }) => <a href={`/console/triggers/${id}`}>{name}</a> },
  { title: 'State', cell: ({ enabled }) => <TriggerBadge enabled={enabled} /> },
  { title: 'When', cell: ({ condition }) => <code>{condition}</code> },
  { title: 'Caller proves itself by', cell: ({ authentication }) => authentication.kind },
  { title: 'Changed', cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
]

export function TriggerBadge({ enabled }: Pick<Trigger, 'enabled'>) {
  return enabled ? <Badge tone="good" text="open" /> : <Badge tone="idle" text="closed" />
}

export function TriggersPage() {
  const { values } = useSearch()
  const mayWrite = useMay('triggers:write')
  const triggers = useResource<ListPage<Trigger>>(
    `/v1/triggers${query({ cursor: values.get('cursor'), limit: 50 })}`,
  )
  return (
    <Page
      title="Triggers"
      actions={
        mayWrite && (
          <a class="button primary" href="/console/triggers/new">
            <Icon name="compose" /> New trigger
          </a>
        )
      }
    >
      <Loaded resource={triggers} what="the triggers">
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <Empty title="There is no trigger yet">
              A trigger is an address that your own system calls, such as a network-loss alarm: when its
              condition holds, eUICCs are asked to do something.
            </Empty>
          ) : (
            <>
              <Table caption="Triggers, newest first" columns={COLUMNS} rows={data} keyOf={({ id }) => id} />
              <Pager what="triggers" shown={data.length} nextCursor={nextCursor} />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}
