// Sets light or dark before the first paint. A classic script in a file of its own: modules come too late, and the
// content policy allows no inline script. vite.config.ts puts it into the page.
try {
  var chosen = localStorage.getItem('luytre.color-scheme')
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
} catch {
  document.documentElement.setAttribute('data-mantine-color-scheme', 'light')
}
