"""The pages in a real browser: they render, and they ask nobody but us."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

pytestmark = pytest.mark.browser

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    if not (CHROMIUM and DRIVER):
        pytest.skip("no Chromium on this machine")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}", "--window-size=1200,900",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def strangers(driver: webdriver.Chrome, address: str) -> set[str]:
    """The addresses over the network, other than ours, that the pages asked for; the browser's own pages (chrome://) are none."""
    messages = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))  # type: ignore[no-untyped-call]  # selenium leaves it untyped
    urls = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
    assert any(url.startswith(address) for url in urls)  # the log is not empty
    return {url for url in urls if url.startswith(("http", "ws", "ftp")) and not url.startswith(address)}


def test_a_search_from_the_home_page(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/")
    box = browser.find_element(By.NAME, "q")
    box.send_keys("renal CT segmentation")
    box.submit()
    assert "kidney" in browser.find_element(By.CSS_SELECTOR, ".reading").text
    names = [link.text for link in browser.find_elements(By.CSS_SELECTOR, ".hits a")]
    assert any(name.startswith("KiTS") for name in names)
    browser.find_element(By.CSS_SELECTOR, ".hits a").click()
    assert browser.current_url.endswith(".html")
    assert json.loads(
        browser.find_element(By.CSS_SELECTOR, 'script[type="application/ld+json"]').get_attribute("innerHTML") or ""
    )
    assert strangers(browser, address) == set()


def test_the_api_pages_render_without_the_network(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address + "/docs")
    browser.implicitly_wait(10)
    assert browser.find_element(By.CSS_SELECTOR, ".swagger-ui .info .title").text.startswith("imaging-kg")
    assert strangers(browser, address) == set()
    errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]  # as above
    assert errors == []
