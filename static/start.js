/** Starts the page. Where a module of it cannot be loaded, that is said, with a way to try again. */

import('./app.js').catch((error) => {
  console.error(error);
  const text = document.createElement('p');
  text.textContent = 'A part of this page could not be loaded. Check the connection and try again.';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'primary';
  button.textContent = 'Try again';
  button.addEventListener('click', () => location.reload()); // a module that failed is not asked for a second time
  const place = document.querySelector('[data-slot="loading"]');
  place?.setAttribute('role', 'alert');
  place?.replaceChildren(text, button);
});
