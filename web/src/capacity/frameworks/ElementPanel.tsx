import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import { listElements, type ElementKind, type FrameworkElement, type FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useTranslation } from 'react-i18next'
import { useCategories } from '#capacity/frameworks/ElementList.tsx'
import classes from '#capacity/frameworks/frameworks.module.css'
import { isSentence } from '#capacity/frameworks/kinds.ts'
import { LevelName } from '#capacity/frameworks/LevelName.tsx'
import { RoleParts } from '#capacity/frameworks/RoleParts.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Facts } from '#ui/Facts.tsx'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

interface ElementPanelProps {
  framework: FrameworkSummary
  kind: ElementKind
  code: string
  closeTo: LinkProps
}

/** One element, found by its code: codes stay readable in an address, and are one to a framework. */
export function ElementPanel({ framework, kind, code, closeTo }: ElementPanelProps) {
  const { t } = useTranslation('frameworks')
  const params = { frameworkId: framework.id }
  const found = useQuery({ ...queryFor(listElements, { params, query: { kind, search: code, limit: 200 } }), staleTime: Infinity })
  const element = found.data?.elements.find(one => one.code === code)

  if (found.error) {
    return (
      <DetailPanel title={code} closeTo={closeTo}>
        <ErrorState error={found.error} onRetry={() => void found.refetch()} isInline />
      </DetailPanel>
    )
  }
  if (!found.data) return <PanelSkeleton title={code} closeTo={closeTo} />
  if (!element) {
    return (
      <DetailPanel title={code} closeTo={closeTo}>
        <p>{t('framework.elementMissing')}</p>
      </DetailPanel>
    )
  }
  const isNamed = !isSentence(kind)
  return (
    <DetailPanel
      title={isNamed ? <TranslatedText text={element.name} /> : element.code}
      subtitle={isNamed ? `${t(`kind.${kind}`)} · ${element.code}` : t(`kind.${kind}`)}
      closeTo={closeTo}
    >
      {Object.values(element.text).some(Boolean) && (
        <p>
          <TranslatedText text={element.text} />
        </p>
      )}
      {kind === 'role' && <RoleCategory framework={framework} role={element} />}
      {kind === 'role' && <RoleParts framework={framework} roleId={element.id} />}
      {kind === 'competency' && <Statements framework={framework} competency={element} />}
      {kind === 'statement' && <StatementFacts framework={framework} statement={element} />}
    </DetailPanel>
  )
}

function RoleCategory({ framework, role }: { framework: FrameworkSummary; role: FrameworkElement }) {
  const { t } = useTranslation('frameworks')
  const category = useCategories(framework).get(role.parentId ?? '')
  return category ? <Facts facts={[{ label: t('fields.category'), value: <TranslatedText text={category.name} /> }]} /> : null
}

/** Statements of a framework are as many as its competencies have levels: one page holds those of most. */
function useStatements(framework: FrameworkSummary, search: string | undefined) {
  return useQuery({
    ...queryFor(listElements, {
      params: { frameworkId: framework.id },
      query: { kind: 'statement', limit: 200, ...(search && { search }) },
    }),
    enabled: framework.counts.statement > 0,
    staleTime: Infinity,
  })
}

function Statements({ framework, competency }: { framework: FrameworkSummary; competency: FrameworkElement }) {
  const { t } = useTranslation('frameworks')
  const statements = useStatements(framework, framework.counts.statement > 200 ? competency.code : undefined)
  const own = statements.data?.elements.filter(one => one.parentId === competency.id) ?? []
  if (own.length === 0) return null
  return (
    <section className={classes.part}>
      <h3>{t('framework.statements')}</h3>
      <ul className={classes.lines}>
        {own.map(statement => (
          <li key={statement.id}>
            <p className={classes.level}>
              <LevelName framework={framework} level={statement.level} />
            </p>
            <TranslatedText text={statement.text} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function StatementFacts({ framework, statement }: { framework: FrameworkSummary; statement: FrameworkElement }) {
  const { t } = useTranslation('frameworks')
  const competencies = useQuery({
    ...queryFor(listElements, { params: { frameworkId: framework.id }, query: { kind: 'competency', limit: 200 } }),
    staleTime: Infinity,
  })
  const parent = competencies.data?.elements.find(one => one.id === statement.parentId)
  return (
    <Facts
      facts={[
        { label: t('fields.level'), value: statement.level !== null && <LevelName framework={framework} level={statement.level} /> },
        ...(parent
          ? [
              {
                label: t('fields.competency'),
                value: (
                  <Link
                    to="/frameworks/$frameworkId"
                    params={{ frameworkId: framework.id }}
                    search={{ kind: 'competency', element: parent.code }}
                  >
                    {parent.code} <TranslatedText text={parent.name} />
                  </Link>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}
