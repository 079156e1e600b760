import { Link } from '@tanstack/react-router'
import type { AffectedPost } from 'luytre/capacity/people/unit-events.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { PersonField } from '#capacity/people/PersonField.tsx'
import { fieldId } from '#ui/form/field-props.ts'
import { SelectField, type Choice } from '#ui/form/SelectField.tsx'
import type { Form } from '#ui/form/use-form.ts'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** Posts that are drawn with a choice of their own; the others go where everybody goes. */
const drawnAtOnce = 200

interface PlacePostsProps {
  /** With fields `post.<id>` and `supervisor.<id>`, or `part.<id>`, for each. */
  form: Form<Record<string, string>>
  posts: readonly AffectedPost[]
  parts: readonly { id: string; code: string; name: Translated }[]
  places: readonly Choice[]
  units: readonly Choice[]
}

/** Everybody who is moved, with the plans that go on, and the units below: each where all go, or elsewhere, and under whom. */
export function PlacePosts({ form, posts, parts, places, units }: PlacePostsProps) {
  const { t } = useTranslation('people')
  const elsewhere = units.map(({ value, label }) => ({ value: `u:${value}`, label }))
  const drawn = posts.slice(0, drawnAtOnce)
  const { labels } = form
  // What is wrong with all of them leads here from the summary.
  useEffect(() => {
    labels.set('parts', t('reorganise.parts', { count: parts.length }))
    labels.set('posts', t('reorganise.posts', { count: posts.length }))
    return () => {
      labels.delete('parts')
      labels.delete('posts')
    }
  }, [labels, t, parts.length, posts.length])
  return (
    <>
      {parts.length > 0 && (
        <section id={fieldId(form, 'parts')} tabIndex={-1}>
          <h2>{t('reorganise.parts', { count: parts.length })}</h2>
          <ul className={classes.placing}>
            {parts.map(part => (
              <li key={part.id}>
                <span>
                  <TranslatedText text={part.name} /> ({part.code})
                </span>
                <SelectField
                  form={form}
                  name={`part.${part.id}`}
                  label={t('reorganise.belongsTo')}
                  placeholder={t('reorganise.withAll')}
                  choices={[...places, { value: 'top', label: t('units.topLevel') }, ...elsewhere]}
                  isOptional
                />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section id={fieldId(form, 'posts')} tabIndex={-1}>
        <h2>{t('reorganise.posts', { count: posts.length })}</h2>
        {posts.length > drawn.length && (
          <p className={classes.quiet}>{t('reorganise.morePosts', { count: posts.length - drawn.length })}</p>
        )}
        <ul className={`${classes.placing} ${classes.people}`}>
          {drawn.map(post => (
            <li key={post.id}>
              <span>
                <Link to="/people/$personId" params={{ personId: post.person.id }}>
                  {post.person.name}
                </Link>
                <span className={classes.quiet}>
                  {post.title && ` · ${post.title}`}
                  {post.supervisor && ` · ${t('reorganise.supervisedBy', { name: post.supervisor.name })}`}
                </span>
                {post.plans.map(plan => (
                  <span key={plan.id}>
                    {' · '}
                    <Link to="/plans/$planId" params={{ planId: plan.id }}>
                      {t('reorganise.plan', { halfYear: plan.halfYearCode })}
                    </Link>
                  </span>
                ))}
              </span>
              <SelectField
                form={form}
                name={`post.${post.id}`}
                label={t('reorganise.goesTo', { name: post.person.name })}
                shownLabel={t('reorganise.goesToShort')}
                placeholder={t('reorganise.withAll')}
                choices={[...places, ...elsewhere, { value: 'end', label: t('reorganise.ends') }]}
                isOptional
              />
              {form.values[`post.${post.id}`] !== 'end' && (
                <PersonField
                  form={form}
                  name={`supervisor.${post.id}`}
                  label={t('reorganise.supervisor', { name: post.person.name })}
                  shownLabel={t('reorganise.supervisorShort')}
                  placeholder={post.supervisor ? t('reorganise.keeps', { name: post.supervisor.name }) : t('reorganise.stillNone')}
                  isLeftOut={({ id, leftOn }) => id === post.person.id || leftOn !== null}
                  isOptional
                />
              )}
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
