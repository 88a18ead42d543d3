import argparse


def main() -> None:
    parser = argparse.ArgumentParser(description="Count the words of a text")
    parser.add_argument("text", nargs="?", default="four words are here")
    print(len(parser.parse_args().text.split()), "words")


if __name__ == "__main__":
    main()
