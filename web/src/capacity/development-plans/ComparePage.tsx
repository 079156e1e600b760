import { Select, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { comparePlanVersions, listPlanVersions, type PlanDifference } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import { useTranslation } from 'react-i18next'
import compare from '#capacity/development-plans/compare.module.css'
import classes from '#capacity/development-plans/development-plans.module.css'
import { Differences } from '#capacity/development-plans/Differences.tsx'
import { wordsOf } from '#capacity/frameworks/ElementLabel.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'

const route = getRouteApi('/shell/plans/$planId/compare')

/** What differs between two versions of a plan, in words and marks; which two is in the address. */
export function ComparePage() {
  const { t } = useTranslation('plans')
  const format = useFormat()
  const { planId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useQuery(queryFor(listPlanVersions, { params: { planId } }))
  const latest = list.data?.versions[0]?.number
  const after = search.after ?? latest
  const before = search.before ?? (after === undefined ? undefined : Math.max(1, after - 1))
  const difference = useQuery({
    ...queryFor(comparePlanVersions, { params: { planId }, query: { before: before ?? 1, after: after ?? 1 } }),
    enabled: before !== undefined && after !== undefined,
    placeholderData: previous => previous,
  })
  const choices = (list.data?.versions ?? []).map(({ number, madeAt }) => ({
    value: String(number),
    label: t('versions.choice', { version: number, at: format.instant(madeAt) }),
  }))
  const choose = (change: { before?: number; after?: number }): void =>
    void navigate({ search: { ...(before !== undefined && { before }), ...(after !== undefined && { after }), ...change }, replace: true })

  return (
    <Page
      title={t('difference.title')}
      state={list.data ? t('edit.state', { person: list.data.personName, halfYear: list.data.halfYearCode }) : ' '}
      more={
        <ButtonLink to="/plans/$planId/versions" params={{ planId }} variant="default">
          {t('versions.all')}
        </ButtonLink>
      }
    >
      <div className={compare.choices}>
        <Select
          label={t('difference.from')}
          data={choices}
          value={before === undefined ? null : String(before)}
          onChange={value => value && choose({ before: Number(value) })}
          allowDeselect={false}
        />
        <Select
          label={t('difference.to')}
          data={choices}
          value={after === undefined ? null : String(after)}
          onChange={value => value && choose({ after: Number(value) })}
          allowDeselect={false}
        />
      </div>
      {difference.data ? (
        <Found difference={difference.data} />
      ) : list.error || difference.error ? (
        <ErrorState
          error={list.error ?? difference.error}
          onRetry={() => {
            if (list.error) void list.refetch()
            if (difference.error) void difference.refetch()
          }}
        />
      ) : (
        <Skeleton height={240} />
      )}
    </Page>
  )
}

function Found({ difference }: { difference: PlanDifference }) {
  const { t } = useTranslation(['plans', 'development-plans'])
  const translated = useTranslated()
  const { fields, gaps, actions } = difference
  if (fields.length + gaps.length + actions.length === 0)
    return <EmptyState title={t('difference.noneTitle')} text={t('difference.noneText')} />
  return (
    <>
      <p className={classes.legend}>
        {(['added', 'removed', 'changed'] as const).map(mark => (
          <StatusMark key={mark} kind={marks[mark]}>
            {t(`difference.mark.${mark}`)}
          </StatusMark>
        ))}
      </p>
      {fields.length > 0 && (
        <section className={classes.section} aria-labelledby="plan-fields">
          <h2 id="plan-fields">{t('one')}</h2>
          <div className={classes.frame}>
            <Differences fields={fields} />
          </div>
        </section>
      )}
      <Changed
        id="gaps"
        heading={t('gap.heading')}
        items={gaps.map(({ element, ...gap }) => ({ ...gap, key: element.id, name: `${element.code} ${translated(wordsOf(element))}` }))}
      />
      <Changed
        id="actions"
        heading={t('action.heading')}
        items={actions.map(({ id, title, ...action }) => ({ ...action, key: id, name: title }))}
      />
    </>
  )
}

const marks = { added: 'good', removed: 'serious', changed: 'attention' } as const

interface ChangedItem extends Pick<PlanDifference['gaps'][number], 'mark' | 'fields'> {
  key: string
  name: string
}

function Changed({ id, heading, items }: { id: string; heading: string; items: readonly ChangedItem[] }) {
  const { t } = useTranslation('plans')
  if (items.length === 0) return null
  return (
    <section className={classes.section} aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      <ul className={compare.items}>
        {items.map(({ key, name, mark, fields }) => (
          <li key={key} className={classes.frame} data-mark={mark}>
            <div className={compare.itemHead}>
              <h3>{name}</h3>
              <StatusMark kind={marks[mark]}>{t(`difference.mark.${mark}`)}</StatusMark>
            </div>
            <Differences fields={fields} only={mark === 'added' ? 'after' : mark === 'removed' ? 'before' : undefined} />
          </li>
        ))}
      </ul>
    </section>
  )
}
