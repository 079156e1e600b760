import type { ElementKind, Importance } from 'luytre/capacity/frameworks/frameworks.api.ts'
import type { ComparedTask, RoleComparison } from 'luytre/capacity/frameworks/role-comparison.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { wordsOf } from '#capacity/frameworks/ElementLabel.tsx'
import classes from '#capacity/frameworks/frameworks.module.css'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { DataList, type Column } from '#ui/DataList.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

type Side = { level: number | null; importance: Importance | null } | null

interface Row {
  element: NonNullable<ComparedTask['left']> & { kind: ElementKind }
  left: Side
  right: Side
}

/** The table behind the picture. */
export function ComparisonTable({ comparison }: { comparison: RoleComparison }) {
  const { t } = useTranslation('frameworks')
  const translated = useTranslated()
  const rows = useMemo<Row[]>(
    () => [
      ...comparison.needs.map(({ left, right }) => ({ element: (left ?? right)!.element, left, right })),
      ...comparison.tasks.map(({ left, right }) => ({
        element: (left ?? right)!,
        left: left && { level: null, importance: null },
        right: right && { level: null, importance: null },
      })),
    ],
    [comparison],
  )
  const columns = useMemo<Column<Row>[]>(() => {
    const whoOf = ({ left, right }: Row): string =>
      left && right ? t('compare.bothShort') : translated((left ? comparison.left : comparison.right).role.name)
    const sideColumns = (['left', 'right'] as const).flatMap((side): Column<Row>[] => {
      const role = translated(comparison[side].role.name)
      return [
        {
          id: `${side}.level`,
          header: t('compare.levelOf', { role }),
          isNumeric: true,
          cell: row => row[side]?.level ?? null,
          sortBy: row => row[side]?.level ?? null,
        },
        {
          id: `${side}.importance`,
          header: t('compare.importanceOf', { role }),
          cell: row => (row[side]?.importance ? t(`importance.${row[side].importance}`) : null),
          isExtra: true,
        },
      ]
    })
    return [
      {
        id: 'text',
        header: t('find.text'),
        cell: row => <TranslatedText text={wordsOf(row.element)} />,
        sortBy: row => translated(wordsOf(row.element)),
      },
      {
        id: 'code',
        header: t('fields.code'),
        cell: row => <span className={classes.code}>{row.element.code}</span>,
        sortBy: row => row.element.code,
      },
      { id: 'kind', header: t('find.kinds'), cell: row => t(`kind.${row.element.kind}`), sortBy: row => t(`kind.${row.element.kind}`) },
      { id: 'who', header: t('compare.who'), cell: whoOf, sortBy: whoOf },
      ...sideColumns,
    ]
  }, [t, translated, comparison])
  return (
    <DataList
      name="role-comparison"
      label={t('compare.picture')}
      columns={columns}
      rows={rows}
      rowId={row => row.element.id}
      empty={<p className={classes.quiet}>{t('compare.none')}</p>}
    />
  )
}
