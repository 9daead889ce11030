// A full point with photo and position within four taps and no typing, by the camera in
// the page; each tap is on the disk before the next; a camera that is refused costs nothing.
import { alone, camera_browser, hook, ok, points_on, reached, tablet, test, twice, until } from './support/lygte.mjs';

await test(async (plain) => {
  const browser = await camera_browser();
  const ground = await alone();
  const page = await tablet(browser, { permissions: ['geolocation', 'camera'] });
  await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
  const points = () => points_on(ground.walkerData);
  let taps = 0;
  const tap = async (name) => {
    await hook(page, name).first().tap();
    taps += 1;
  };

  await hook(page, 'category-BEL').waitFor();
  await reached(async () => /±/.test(await hook(page, 'pill-position').innerText()));
  await tap('category-BEL');
  ok(await until(() => points().length === 1), 'one tap is a durable point');
  ok(points()[0].stood?.accuracy_m === 5, 'with its position', JSON.stringify(points()[0].stood));
  await hook(page, 'take-photo').waitFor();
  await tap('take-photo');
  await page.waitForSelector('[data-test="shutter"]:not([aria-disabled])');
  await tap('shutter');
  ok(await until(() => points()[0].photos.length === 1, 60), 'the shutter keeps a photo at once');
  const shot = points()[0].photos[0];
  ok(Math.abs(Date.parse(shot.taken) - Date.now()) < 60000 && shot.at?.source === 'capture' && shot.at.lat === 57.0405,
    'which knows when and where it was taken', JSON.stringify(shot));
  await tap('camera-done');
  ok(taps === 4, 'a full point with photo and position takes four taps and no typing');
  await hook(page, 'photo').first().waitFor();
  ok(points()[0].photos[0].width > 0, 'that can be shown', JSON.stringify(points()[0].photos));
  await tap('take-photo');
  await page.waitForSelector('[data-test="shutter"]:not([aria-disabled])');
  // The fake camera draws how long it has been open: the same frame as before is the same photo.
  for (let n = 0; n < 6 && points()[0].photos.length < 2; n += 1) {
    await tap('shutter');
    await until(() => points()[0].photos.length === 2, 3);
  }
  await page.goBack();
  ok(await hook(page, 'status-text').innerText() === 'Gemt' && await until(() => points()[0].photos.length === 2),
    'several photos to one point; the device\'s back closes the camera',
    `${await hook(page, 'status-text').innerText()} ${points()[0].photos.length}`);

  await hook(page, 'done').tap();
  await twice(hook(page, 'photo-first')); /* one point, and the photo is that point's */
  await page.waitForSelector('[data-test="shutter"]:not([aria-disabled])');
  await hook(page, 'shutter').tap();
  await hook(page, 'camera-done').tap();
  await hook(page, 'item-TUN').waitFor();
  ok(await until(() => points().length === 2 && points().some((p) => p.category === 'ANDET'
    && p.photos.length === 1)), 'photo first: the point and the photo, then what it shows');
  await hook(page, 'item-TUN').tap();
  ok(await until(() => points().some((p) => p.category === 'TUN')), 'one tap says what it is about');
  await hook(page, 'take-photo').tap();
  await page.waitForSelector('[data-test="shutter"]:not([aria-disabled])');
  await page.evaluate(() => document.querySelector('video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended')));
  ok(await until(() => page.getByText('Kameraet kan ikke åbnes herfra').isVisible()),
    'a camera that somebody else takes is not shown as an open one');
  ok(page.faults.length === 0, 'the page had no faults', page.faults.join('\n'));
  await browser.close();

  // ---- no camera
  const poor = await tablet(plain);
  await poor.goto(`${ground.walker}/#/walk/${ground.walk}`);
  await hook(poor, 'category-STI').tap();
  await hook(poor, 'take-photo').tap();
  await poor.getByText('Kameraet kan ikke åbnes herfra').waitFor();
  const chooser = poor.waitForEvent('filechooser');
  await hook(poor, 'camera-file').tap();
  ok(Boolean(await chooser), 'without a camera the device\'s own serves');
});
