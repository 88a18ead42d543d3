import time

import schedule


def look() -> None:
    print("all quiet", flush=True)


def main() -> None:
    schedule.every(5).seconds.do(look)
    look()
    while True:
        schedule.run_pending()
        time.sleep(1)


if __name__ == "__main__":
    main()
