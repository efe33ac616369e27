# must: ok
# stdout: ok
# runs: trusted
import argparse
import bisect
import collections
import contextlib
import copy
import csv
import dataclasses
import email
import enum
import functools
import hashlib
import heapq
import html
import inspect
import io
import itertools
import json
import logging
import lzma
import operator
import pathlib
import pickle
import platform
import pprint
import queue
import random
import re
import sched
import secrets
import shelve
import shlex
import shutil
import socket
import sqlite3
import ssl
import statistics
import string
import struct
import tempfile
import textwrap
import threading
import timeit
import traceback
import types
import typing
import unicodedata
import unittest
import urllib.request
import uuid
import weakref
import xml.etree.ElementTree
import zipfile
import zlib
import zoneinfo

modules = [value for value in globals().values() if isinstance(value, types.ModuleType)]
print("ok" if len(modules) > 50 else len(modules))
_ = (argparse, bisect, collections, contextlib, copy, csv, dataclasses, email, enum, functools, hashlib, heapq, html)
_ = (inspect, io, itertools, json, logging, lzma, operator, pathlib, pickle, platform, pprint, queue, random, re, sched)
_ = (secrets, shelve, shlex, shutil, socket, sqlite3, ssl, statistics, string, struct, tempfile, textwrap, threading)
_ = (timeit, traceback, typing, unicodedata, unittest, urllib, uuid, weakref, xml, zipfile, zlib, zoneinfo)
