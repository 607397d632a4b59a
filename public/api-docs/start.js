/* global SwaggerUIBundle */

const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();

SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#swagger-ui',
  // Its deep links put a link inside a button, which keyboards and screen readers cannot tell apart.
  deepLinking: false,
  docExpansion: 'list',
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  syntaxHighlight: false,
  requestInterceptor: (request) => ({ ...request, credentials: 'omit' }),
});

/** What the reader's assistive technology needs and the library leaves out. */
const missing = [
  ['select:not([aria-label])', (select) => select.setAttribute('aria-label', labelOf(select))],
  ['input:not([aria-label]):not([id])', (input) => input.setAttribute('aria-label', input.placeholder || 'Value')],
  ['textarea:not([aria-label])', (area) => area.setAttribute('aria-label', 'Request body')],
  ['pre:not([tabindex])', (pre) => pre.setAttribute('tabindex', '0')],
  ['.opblock-tag:not([aria-level])', (heading) => heading.setAttribute('aria-level', '2')],
  ['.opblock-section-header h4:not([aria-level])', (heading) => heading.setAttribute('aria-level', '3')],
  ['section.models h4:not([aria-level])', (heading) => heading.setAttribute('aria-level', '2')],
  ['.information-container:not([role])', (part) => asRegion(part, 'About the API')],
  ['.scheme-container:not([role])', (part) => asRegion(part, 'Server and API key')],
  ['section.models:not([role])', (part) => asRegion(part, 'Schemas')],
  ['table[role="region"]', (table) => table.removeAttribute('role')],
  ['.opblock-summary-control [tabindex], .opblock-summary-control a', (inner) => inner.removeAttribute('tabindex')],
];

function asRegion(element, label) {
  element.setAttribute('role', 'region');
  element.setAttribute('aria-label', label);
}

function labelOf(select) {
  if (select.id === 'servers') return 'Server';
  if (select.closest('.parameters')) return 'Parameter value';
  return select.closest('.responses-wrapper') ? 'Response media type' : 'Request media type';
}

function complete() {
  for (const [selector, mend] of missing) for (const element of document.querySelectorAll(selector)) mend(element);
}

new MutationObserver(complete).observe(document.body, { childList: true, subtree: true });
